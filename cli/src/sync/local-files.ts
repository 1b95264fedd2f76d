import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { walkFolder, wouldWalk } from '../file-tree/index.js';
import { concurrently } from './concurrently.js';
import { mistakeInPath, parentsOf, WORK_FOLDER } from './document-path.js';
import { LOCK_FILE } from './lock-file.js';
import type { LocalFile } from './plan-types.js';
import type { FileStat, StatCache } from './stat-cache.js';

/** A file as it was when it was hashed. */
export interface ScannedFile extends LocalFile {
  stat: FileStat;
}

export interface Scan {
  files: Map<string, ScannedFile>;
  /** What a walk leaves out though no rule says so, and why, in words. */
  skipped: Map<string, string>;
}

/** Never synced: what belongs to the sync itself, and the rules that decide what is synced. */
const NEVER = [`/${LOCK_FILE}`, `/${WORK_FOLDER}`, '.gitignore', '.docignore'];
const HASHED_AT_ONCE = 16;
const SMALL_BYTES = 1024 * 1024;

const WORDS = {
  link: 'a symbolic link is here, and links are not followed',
  name: 'its name cannot be that of a document',
  special: 'what is here is neither a file nor a folder',
  unreadable: 'cannot be read',
} as const;

/**
 * Finds the files of a folder and their digests.
 * @param now The time by the file system's clock, before anything is hashed; without it nothing is remembered.
 */
export async function scanFolder(
  root: string,
  { cache, now, signal }: { cache: StatCache; now: number | undefined; signal: AbortSignal },
): Promise<Scan> {
  const scan: Scan = { files: new Map(), skipped: new Map() };
  const unknown: { path: string; absolute: string; stat: FileStat }[] = [];
  const onSkipped = (entry: { path: string; reason: keyof typeof WORDS }): void => {
    scan.skipped.set(entry.path, WORDS[entry.reason]);
  };
  for await (const found of walkFolder(root, { exclude: NEVER, signal, onSkipped })) {
    const { path: name, absolute, size, mtimeMs, ctimeMs, ino } = found;
    const stat = { size, mtimeMs, ctimeMs, ino };
    const sha256 = cache.digestOf(name, stat);
    // Also a file that has yet to be hashed, so that all stand in the order of the walk.
    scan.files.set(name, { sha256: sha256 ?? '', size, stat });
    if (sha256 === undefined) unknown.push({ path: name, absolute, stat });
  }
  await concurrently(unknown, HASHED_AT_ONCE, async ({ path: name, absolute, stat }) => {
    signal.throwIfAborted();
    const file = await hashStill(absolute, stat);
    if (typeof file === 'string') {
      scan.files.delete(name);
      if (file !== '') scan.skipped.set(name, file);
    } else {
      scan.files.set(name, file);
      if (now !== undefined) cache.remember(name, file.stat, file.sha256, now);
    }
  });
  return scan;
}

/** The file, or why it cannot be had, in words; empty for a file that is gone. */
async function hashStill(absolute: string, stat: FileStat): Promise<ScannedFile | string> {
  try {
    let before = stat;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const sha256 = await digestOfFile(absolute);
      const after = statOf(await lstat(absolute));
      if (isSameStat(before, after)) return { sha256, size: after.size, stat: after };
      before = after;
    }
    return 'is being written just now';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? '' : WORDS.unreadable;
  }
}

/** The SHA-256 of a file in lower-case hex. @throws the file system's error */
export async function digestOfFile(absolute: string): Promise<string> {
  const hash = createHash('sha256');
  const { size } = await lstat(absolute);
  if (size <= SMALL_BYTES) return hash.update(await readFile(absolute)).digest('hex');
  for await (const chunk of createReadStream(absolute, { highWaterMark: SMALL_BYTES })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What of a file's facts changes when its content does. */
export function statOf({ size, mtimeMs, ctimeMs, ino }: Stats): FileStat {
  return { size, mtimeMs, ctimeMs, ino };
}

export function isSameStat(a: FileStat, b: FileStat): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino;
}

/**
 * Finds out what stands at paths, or on the way to them, that are no files of the scan.
 * @returns By path, in words; paths that are free are left out.
 */
export async function findObstacles(root: string, paths: Iterable<string>, scan: Scan): Promise<Map<string, string>> {
  const obstacles = new Map(scan.skipped);
  const isMeant = await wouldWalk(root, { exclude: NEVER });
  const folders = new Map<string, Promise<string | undefined>>();
  const missing = [...paths].filter((name) => !scan.files.has(name) && mistakeInPath(name) === undefined);
  await concurrently(missing, HASHED_AT_ONCE, async (name) => {
    const obstacle = scan.skipped.get(name) ?? (await obstacleAt(root, name, scan, folders));
    if (obstacle !== undefined) obstacles.set(name, obstacle);
    else if (!(await isMeant(name))) obstacles.set(name, 'the folder leaves it out (.gitignore, .docignore)');
  });
  return obstacles;
}

async function obstacleAt(
  root: string,
  name: string,
  scan: Scan,
  folders: Map<string, Promise<string | undefined>>,
): Promise<string | undefined> {
  for (const folder of parentsOf(name)) {
    const known = scan.skipped.get(folder);
    if (known !== undefined) return `${JSON.stringify(folder)}: ${known}`;
    let found = folders.get(folder);
    if (found === undefined) folders.set(folder, (found = obstacleOnTheWay(root, folder)));
    const obstacle = await found;
    if (obstacle !== undefined) return obstacle === '' ? undefined : obstacle;
  }
  const found = await lstat(path.join(root, name)).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory()
    ? 'a folder is here'
    : 'the folder leaves out the file that is here (.gitignore, .docignore)';
}

/** Empty for a folder that is not there, and so are all below it. */
async function obstacleOnTheWay(root: string, folder: string): Promise<string | undefined> {
  const found = await lstat(path.join(root, folder)).catch(() => undefined);
  if (found === undefined) return '';
  return found.isDirectory() ? undefined : `${JSON.stringify(folder)} is no folder here`;
}
