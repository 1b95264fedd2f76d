import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { doc, type useFolder } from './doc.js';

/** All files in a folder, relative to it. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

let tagged = 0;

/** Pushes files in the folder `source`, and gives the tag that all of them have. @throws Error when that fails */
export async function pushFolder(
  url: string,
  folder: ReturnType<typeof useFolder>,
  files: Record<string, string>,
): Promise<string> {
  tagged += 1;
  const tag = `tag-${tagged}`;
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(folder.file(`source/${file}`)), { recursive: true });
    writeFileSync(folder.file(`source/${file}`), content);
  }
  const args = ['push', 'source', '--recursive', '--tags', tag, '--quiet'];
  const { code, stderr } = await doc(args, { url, cwd: folder.path });
  if (code !== 0) throw new Error(`The push ended with ${code}: ${stderr}`);
  return tag;
}
