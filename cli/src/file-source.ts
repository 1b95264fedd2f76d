import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { UploadSource } from '@document-sync/sdk';
import type { CommandContext } from './context.js';
import { UsageError } from './errors.js';

/** What to send; `named` is false where the source has no file name of its own. */
export interface FileSource {
  source: UploadSource;
  named: boolean;
}

/**
 * The content of a file that a command line names: a path, or `-` for stdin.
 * @throws UsageError for a path that leads to no file
 */
export async function fileSource({ stdin }: CommandContext, file: string): Promise<FileSource> {
  if (file === '-') {
    return { source: stdin, named: false };
  }
  const stats = await stat(file).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? new UsageError(`There is no file ${file}.`, `Check the path; relative paths start at ${process.cwd()}.`)
      : error;
  });
  if (stats.isDirectory()) {
    throw new UsageError(`${file} is a folder.`, 'Push the files in it one by one, or an archive of it.');
  }
  // A pipe or a device (`<(command)` in a shell) has no size and can be read only once: it is sent as a stream.
  return stats.isFile() ? { source: file, named: true } : { source: createReadStream(file), named: false };
}
