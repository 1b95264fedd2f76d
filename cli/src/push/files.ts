import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import {
  type Glob,
  globOf,
  pathFilter,
  type PathFilter,
  type PathSelection,
  type SkippedEntry,
  walkFolder,
} from '../file-tree/index.js';

/** A file that is to be pushed. */
export interface FileToPush {
  /** Where it is, as the person would type it. */
  path: string;
  /** What to call the document, where that is not the file's name: its path in the folder where it was found. */
  name?: string;
  /** Bytes. */
  size: number;
}

/** What the words of a command line mean. */
export interface FoundFiles {
  files: FileToPush[];
  /** What is left out though nobody asked for that, with paths as the person would type them. */
  skipped: SkippedEntry[];
}

export interface FindOptions extends PathSelection {
  /** Whether folders are meant with all that is in them. */
  recursive: boolean;
  signal: AbortSignal;
}

/**
 * The files that words of a command line mean: paths of files, folders with all that is in them, and globs, which the
 * shell has not replaced because they stood in quotes. A file that is meant twice is taken once. Nothing is sent before
 * all of them are known.
 * @throws UsageError for a path where nothing is, a folder without `recursive`, a glob that fits nothing
 */
export async function findFiles(words: readonly string[], options: FindOptions): Promise<FoundFiles> {
  const filter = pathFilter(options);
  const found: FoundFiles = { files: [], skipped: [] };
  const known = new Set<string>();
  for (const word of words) {
    for await (const file of filesOf(word, filter, options, found.skipped)) {
      const path = join(file.path);
      if (!known.has(path)) found.files.push(file);
      known.add(path);
    }
  }
  return found;
}

async function* filesOf(
  word: string,
  filter: PathFilter,
  options: FindOptions,
  skipped: SkippedEntry[],
): AsyncGenerator<FileToPush> {
  const stats = await stat(word).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  });
  if (stats?.isDirectory() === true) {
    if (!options.recursive) {
      throw new UsageError(`${word} is a folder.`, 'Add --recursive to push the files in it.');
    }
    yield* filesInFolder(word, options, skipped);
  } else if (stats?.isFile() === true) {
    if (!filter.excludes(word) && filter.includesFile(word)) yield { path: word, size: stats.size };
  } else if (stats !== undefined) {
    throw new UsageError(`${word} is no regular file.`, 'Push it alone: it may be read only once.');
  } else {
    yield* filesOfGlob(word, filter, options, skipped);
  }
}

async function* filesOfGlob(
  word: string,
  filter: PathFilter,
  { exclude, signal }: FindOptions,
  skipped: SkippedEntry[],
): AsyncGenerator<FileToPush> {
  const glob = globOf(word);
  if (glob === undefined || !(await isFolder(glob))) {
    throw new UsageError(`There is no file ${word}.`, `Check the path; relative paths start at ${process.cwd()}.`);
  }
  let count = 0;
  const options = { exclude, signal, maxDepth: glob.maxDepth, recursive: true };
  for await (const file of filesInFolder(glob.folder, options, skipped, glob)) {
    if (filter.includesFile(file.name)) {
      count += 1;
      yield file;
    }
  }
  if (count === 0) {
    throw new UsageError(
      `No file fits ${word}.`,
      'Hidden files and what .gitignore and .docignore name do not count; `**` stands for folders of any depth.',
    );
  }
}

async function* filesInFolder(
  folder: string,
  options: FindOptions & { maxDepth?: number },
  skipped: SkippedEntry[],
  glob?: Glob,
): AsyncGenerator<FileToPush & { name: string }> {
  const onSkipped = (entry: SkippedEntry): void => {
    if (glob === undefined || entry.reason === 'unreadable' || glob.matches(entry.path)) {
      skipped.push({ ...entry, path: join(folder, entry.path) });
    }
  };
  for await (const { path, size } of walkFolder(folder, { ...options, onSkipped })) {
    if (glob === undefined || glob.matches(path)) yield { path: join(folder, path), name: path, size };
  }
}

async function isFolder({ folder }: Glob): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}
