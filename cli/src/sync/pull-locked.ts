import type { DocumentClient } from '@document-sync/sdk';
import { UsageError } from '../errors.js';
import { concurrently } from './concurrently.js';
import { ConflictError } from './conflict-error.js';
import { concernsAll } from './failures.js';
import { FolderFiles } from './folder-files.js';
import { withFolder } from './folder-lock.js';
import { digestOfFile } from './local-files.js';
import { type Lock, LOCK_FILE, type LockEntry, readLock } from './lock-file.js';
import { checkedRoot } from './survey.js';
import type { WorkFolder } from './work-folder.js';

export interface PullLockedOptions {
  client: DocumentClient;
  /** The folder, with its lock. */
  root: string;
  /** Whether files that differ may be replaced. */
  overwrite: boolean;
  /** How many transfers may go on at the same time. */
  jobs: number;
  signal: AbortSignal;
}

/** A file of the lock. */
export interface LockedFile extends LockEntry {
  path: string;
}

export interface PullLockedResult {
  pulled: LockedFile[];
  /** Files that were what the lock says already. */
  unchanged: LockedFile[];
  failed: { file: LockedFile; error: unknown }[];
  /** Files that were not begun, because the server or the disk could not serve any more. */
  notBegun: LockedFile[];
}

interface Wanted {
  file: LockedFile;
  /** The digest of the file that is there and differs. */
  replaces: string | undefined;
}

/**
 * Fetches exactly what a lock names, each version by its number. Neither lock nor server change, and other files are left
 * alone.
 * @throws UsageError where there is no lock that can be used; ConflictError, before anything is written, where a file
 *   differs and may not be replaced; FolderBusyError; the signal's reason
 */
export async function pullLocked(options: PullLockedOptions): Promise<PullLockedResult> {
  const root = await checkedRoot(options.root);
  const lock = await readLock(root);
  if (lock === undefined) {
    throw new UsageError(`There is no ${LOCK_FILE} in ${options.root}.`, '`doc sync` makes one.');
  }
  return await withFolder(root, (work) => pullInto(work, lock, options));
}

async function pullInto(work: WorkFolder, lock: Lock, options: PullLockedOptions): Promise<PullLockedResult> {
  const files = new FolderFiles(work.root);
  const { wanted, unchanged } = await compare(files, lock);
  const differing = wanted.filter(({ replaces }) => replaces !== undefined);
  if (differing.length > 0 && !options.overwrite) {
    throw new ConflictError(
      differing.length === 1
        ? '1 file is not what docs.lock says.'
        : `${differing.length} files are not what docs.lock says.`,
      ['Nothing was changed. Replace them with --overwrite, or bring both sides in step with `doc sync`.'],
      differing.map(({ file }) => `  ${file.path}`),
    );
  }
  const result: PullLockedResult = { pulled: [], unchanged, failed: [], notBegun: [] };
  let isOver = false;
  await concurrently(wanted, options.jobs, async ({ file, replaces }) => {
    options.signal.throwIfAborted();
    if (isOver) {
      result.notBegun.push(file);
      return;
    }
    try {
      await pullOne(work, files, { file, replaces }, options);
      result.pulled.push(file);
    } catch (error) {
      options.signal.throwIfAborted();
      result.failed.push({ file, error });
      isOver ||= await concernsAll(error);
    }
  });
  result.pulled.sort((a, b) => (a.path < b.path ? -1 : 1));
  return result;
}

async function compare(files: FolderFiles, lock: Lock): Promise<{ wanted: Wanted[]; unchanged: LockedFile[] }> {
  const wanted: Wanted[] = [];
  const unchanged: LockedFile[] = [];
  for (const [path, entry] of lock.entries) {
    const file = { path, ...entry };
    const there = await digestOfFile(files.absolute(path)).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (there === entry.sha256) unchanged.push(file);
    else wanted.push({ file, replaces: there });
  }
  return { wanted, unchanged };
}

async function pullOne(
  work: WorkFolder,
  files: FolderFiles,
  { file, replaces }: Wanted,
  { client, signal }: PullLockedOptions,
): Promise<void> {
  const { document_id: id, version, sha256: checksumSha256, path } = file;
  const staged = work.staging();
  const { checksumSha256: found } = await client.downloadToFile(id, { version, path: staged, checksumSha256, signal });
  if (found !== checksumSha256) {
    throw new ConflictError(
      `Version ${version} of ${id} is not what docs.lock says of ${path}: its SHA-256 is ${found}.`,
      ['Was the lock edited by hand? Restore it from git.'],
    );
  }
  await files.place(staged, path, replaces);
}
