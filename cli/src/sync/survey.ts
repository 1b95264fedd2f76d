import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import type { DocumentClient } from '@document-sync/sdk';
import { UsageError } from '../errors.js';
import { assertReadable, type DocumentSet, inWords, isSameSet } from './document-set.js';
import { findObstacles, type Scan, scanFolder } from './local-files.js';
import { type Lock, LOCK_FILE, type LockEntry, parseLock, readLockText } from './lock-file.js';
import type { PlanInput, PlanOptions, RemoteDocument } from './plan-types.js';
import { readProgress, replayProgress, type Whereabouts } from './progress-log.js';
import { findOwnPushes, readPushing } from './push-journal.js';
import { readRemoteState, refuseForeignLock } from './remote-state.js';
import { StatCache } from './stat-cache.js';

/** What is synced. */
export interface SyncedFolder {
  client: DocumentClient;
  /** The folder. */
  root: string;
  /** The documents that belong to it; left out, those of the folder's lock. */
  documents?: DocumentSet | undefined;
  /** Where caches are kept; left out, every file is read. */
  cacheFolder?: string | undefined;
}

/** Both sides and what they had in common, as they were looked at. */
export interface Survey {
  documents: DocumentSet;
  /** With what an earlier sync has done and not written down there. */
  lock: Lock;
  /** What the lock file holds; undefined where there is none. */
  lockText: string | undefined;
  scan: Scan;
  remote: RemoteDocument[];
  obstacles: ReadonlyMap<string, string>;
  whereabouts: Whereabouts;
  cache: StatCache;
}

/** Digests of what a plan was made from: each side changes when something is changed on it that a plan looks at. */
export interface Seen {
  lock: string;
  folder: string;
  server: string;
}

/** The folder, without symbolic links on the way. @throws UsageError where there is none */
export async function checkedRoot(root: string): Promise<string> {
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new UsageError(`There is no folder ${root}.`, 'Create it first: an empty folder gets all the documents.');
  }
  return await realpath(root);
}

/**
 * Looks at both sides. Changes nothing.
 * @param root As `checkedRoot` gives it.
 * @param now The time by the clock of the folder's file system; without it no digest is remembered.
 * @throws UsageError for a lock that cannot be used and documents that may not be read; what SDK and file system throw
 */
export async function survey(
  { client, documents: wanted, cacheFolder }: SyncedFolder,
  root: string,
  { now, signal }: { now?: number; signal: AbortSignal },
): Promise<Survey> {
  const lockText = await readLockText(root);
  const known = lockText === undefined ? undefined : parseLock(lockText);
  const base = known?.entries ?? new Map<string, LockEntry>();
  const documents = documentsOf(known, wanted);
  const cache = await StatCache.open(cacheFolder, root);
  const [scan, remote] = await Promise.all([
    scanFolder(root, { cache, now, signal }),
    readRemoteState(client, documents, signal),
  ]);
  await assertReadable(client, documents, signal);
  // A collection that is there is of this server.
  if ('tag' in documents) await refuseForeignLock(client, base, remote, signal);
  const progress = await readProgress(root, lockText);
  const { entries, whereabouts } = replayProgress(progress, base, {
    files: scan.files,
    remote,
  });
  for (const [name, entry] of findOwnPushes(await readPushing(root), entries, remote)) entries.set(name, entry);
  const lock = { documents, entries };
  const obstacles = await findObstacles(root, [...lock.entries.keys(), ...remote.map(({ name }) => name)], scan);
  return { documents, lock, lockText, scan, remote, obstacles, whereabouts, cache };
}

function documentsOf(lock: Lock | undefined, wanted: DocumentSet | undefined): DocumentSet {
  const documents = wanted ?? lock?.documents;
  if (documents === undefined) {
    throw new UsageError(
      'Which documents belong to the folder?',
      `Name their tag, like --tag docs, or the --collection that they are in; ${LOCK_FILE} keeps it.`,
    );
  }
  if (lock !== undefined && !isSameSet(lock.documents, documents)) {
    throw new UsageError(
      `${LOCK_FILE} is about ${inWords(lock.documents)}, not ${inWords(documents)}.`,
      `Leave --${'tag' in documents ? 'tag' : 'collection'} out, or remove ${LOCK_FILE} to begin anew with ${inWords(documents)}.`,
    );
  }
  return documents;
}

/** What a plan is made from. */
export function planInput({ lock, scan, remote, obstacles, whereabouts }: Survey, options: PlanOptions): PlanInput {
  return { base: lock.entries, local: { files: scan.files, obstacles, whereabouts }, remote, options };
}

export function seenIn({ lockText, scan, remote }: Survey): Seen {
  const files = [...scan.files].map(([path, { sha256 }]) => `${sha256} ${path}`);
  const documents = remote.map(({ document_id: id, name, revision, sha256 }) => `${id} ${revision} ${sha256} ${name}`);
  return { lock: digestOf([lockText ?? '']), folder: digestOf(files.sort()), server: digestOf(documents.sort()) };
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
