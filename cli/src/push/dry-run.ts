import type { CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { printable } from '../output/printable.js';
import { formatSize } from '../output/size.js';
import { renderTable } from '../output/table.js';
import { skippedNote } from '../output/skipped.js';
import type { FileToPush, FoundFiles } from './files.js';

/** Shows what would be pushed, and under which names; and what could not be read, which a push would count as failed. */
export async function showFiles(
  context: CommandContext,
  args: CommonArguments,
  { files, skipped }: { files: readonly (FileToPush & { name: string })[]; skipped: FoundFiles['skipped'] },
): Promise<void> {
  for (const entry of skipped.filter(({ reason }) => reason === 'unreadable')) {
    context.output.note(args.format, skippedNote(entry), { path: entry.path, left_out: entry.reason });
  }
  const isForPeople = args.format === 'table' && !args.quiet;
  const columns = [{ title: 'File', shrinkable: true }, { title: 'Name', shrinkable: true }, { title: 'Size' }];
  const rows = files.map(({ path, name, size }) => [printable(path), printable(name), formatSize(size)]);
  context.output.result(args, {
    ids: files.map(({ path }) => path),
    json: files.map(({ path, name, size }) => ({ file: path, name, size_bytes: size })),
    lines: isForPeople ? [await renderTable(columns, rows, context.output.columns)] : [],
  });
  if (isForPeople) {
    const size = formatSize(files.reduce((sum, file) => sum + file.size, 0));
    const count = files.length === 1 ? '1 file' : `${files.length} files`;
    context.output.note(args.format, `${count}, ${size}. Nothing was pushed.`);
  }
}
