import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';

/**
 * Makes the folders that a file is to stand in, one in the other.
 * @param root The folder that is not to be left; it is there.
 * @param path The file's path in it, with `/`.
 * @throws UsageError where a file or a symbolic link stands in the place of a folder: what is written beyond a link is
 *   somewhere else
 */
export async function makeFoldersFor(root: string, path: string): Promise<void> {
  let folder = root;
  for (const part of path.split('/').slice(0, -1)) {
    folder = join(folder, part);
    await mkdir(folder).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!(await lstat(folder)).isDirectory()) {
        throw new UsageError(`${folder} is no folder.`, 'Move it away, or choose another place with --output.');
      }
    });
  }
}

/** Whether a regular file holds just this content; false where there is none. */
export async function hasContent(
  path: string,
  { size_bytes, checksum_sha256 }: { size_bytes: number; checksum_sha256: string },
  signal: AbortSignal,
): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isFile() !== true || stats.size !== size_bytes) return false;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal })) {
    hash.update(chunk as Uint8Array);
  }
  return hash.digest('hex') === checksum_sha256;
}
