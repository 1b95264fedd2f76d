import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import type { DocumentClient } from '@document-sync/sdk';
import { UsageError } from '../errors.js';
import { findObstacles, type Scan, scanFolder } from './local-files.js';
import { type Lock, LOCK_FILE, type LockEntry, parseLock, readLockText } from './lock-file.js';
import type { PlanInput, PlanOptions, RemoteDocument } from './plan-types.js';
import { readProgress, replayProgress, type Whereabouts } from './progress-log.js';
import { findOwnPushes, readPushing } from './push-journal.js';
import { readRemoteState, refuseForeignLock } from './remote-state.js';
import { StatCache } from './stat-cache.js';

/** What is synced. */
export interface Collection {
  client: DocumentClient;
  /** The folder. */
  root: string;
  /** The tag of the documents; left out, that of the folder's lock. */
  tag?: string | undefined;
  /** Where caches are kept; left out, every file is read. */
  cacheFolder?: string | undefined;
}

/** Both sides and what they had in common, as they were looked at. */
export interface Survey {
  tag: string;
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
    throw new UsageError(
      `There is no folder ${root}.`,
      'Create it first: an empty folder gets all documents of the tag.',
    );
  }
  return await realpath(root);
}

/**
 * Looks at both sides. Changes nothing.
 * @param root As `checkedRoot` gives it.
 * @param now The time by the clock of the folder's file system; without it no digest is remembered.
 * @throws UsageError for a lock that cannot be used; what SDK and file system throw
 */
export async function survey(
  { client, tag: wanted, cacheFolder }: Collection,
  root: string,
  { now, signal }: { now?: number; signal: AbortSignal },
): Promise<Survey> {
  const lockText = await readLockText(root);
  const known = lockText === undefined ? undefined : parseLock(lockText);
  const tag = tagOf(known, wanted);
  const cache = await StatCache.open(cacheFolder, root);
  const [scan, remote] = await Promise.all([
    scanFolder(root, { cache, now, signal }),
    readRemoteState(client, tag, signal),
  ]);
  await refuseForeignLock(client, known?.entries ?? new Map<string, LockEntry>(), remote, signal);
  const progress = await readProgress(root, lockText);
  const { entries, whereabouts } = replayProgress(progress, known?.entries ?? new Map<string, LockEntry>(), {
    files: scan.files,
    remote,
  });
  for (const [name, entry] of findOwnPushes(await readPushing(root), entries, remote)) entries.set(name, entry);
  const lock = { tag, entries };
  const obstacles = await findObstacles(root, [...lock.entries.keys(), ...remote.map(({ name }) => name)], scan);
  return { tag, lock, lockText, scan, remote, obstacles, whereabouts, cache };
}

function tagOf(lock: Lock | undefined, wanted: string | undefined): string {
  const tag = wanted ?? lock?.tag;
  if (tag === undefined) {
    throw new UsageError(
      'Which documents belong to the folder?',
      `Name their tag, like --tag docs; ${LOCK_FILE} keeps it.`,
    );
  }
  if (lock !== undefined && lock.tag !== tag) {
    throw new UsageError(
      `${LOCK_FILE} is about the tag ${JSON.stringify(lock.tag)}, not ${JSON.stringify(tag)}.`,
      `Leave --tag out, or remove ${LOCK_FILE} to begin anew with the other tag.`,
    );
  }
  return tag;
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
