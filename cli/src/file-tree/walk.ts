import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { IGNORE_FILES, IgnoreRules } from './ignore-rules.js';
import { isCarriedName, isNeverWalked } from './names.js';
import { type PathFilter, pathFilter, type PathSelection } from './selection.js';

/** A file in the folder that is walked. */
export interface FoundFile {
  /** Relative to the folder, with `/` on every system. */
  path: string;
  absolute: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970, with fractions. */
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
}

/** Something in the folder that is left out though no rule says so. */
export interface SkippedEntry {
  path: string;
  /**
   * `link`: symbolic links are never followed, so that a walk neither leaves the folder nor runs in circles; `name`: not
   * valid Unicode, or with characters that are no part of a portable path; `special`: neither file nor folder;
   * `unreadable`: what is in there, if it is a folder, is not known.
   */
  reason: 'link' | 'name' | 'special' | 'unreadable';
  /** Why it is unreadable. */
  error?: NodeJS.ErrnoException;
}

export interface WalkOptions extends PathSelection {
  /** How many levels of folders are walked, 1 being the folder alone; all of them when left out. */
  maxDepth?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Called for what is left out though no rule says so. */
  onSkipped?: ((entry: SkippedEntry) => void) | undefined;
}

interface Folder {
  kind: 'folder';
  path: string;
  absolute: string;
  /** 1 for the folder that is walked. */
  depth: number;
  /** The rules for it, before its own. */
  rules: IgnoreRules;
}

type Entry = Folder | { kind: 'file'; file: FoundFile };

interface Walk {
  maxDepth: number;
  filter: PathFilter;
  signal: AbortSignal | undefined;
  skip: (entry: SkippedEntry) => void;
}

/** How many entries are looked at together: more keeps no disk busier, and each takes memory. */
const STATS_AT_ONCE = 256;

/**
 * Walks over the files in a folder and in its folders, in the order of their paths. Left out are what `.gitignore` and
 * `.docignore` name (the folder's, those of the folders in it, and those of the folders above up to the root of a git
 * repository), everything called `.git`, what the selection leaves out, and what `onSkipped` tells. Hidden files are
 * files like others. What vanishes meanwhile is not there.
 * @param root A folder, or a symbolic link to one.
 * @throws the file system's error where the folder itself or a rule file cannot be read; UsageError for a pattern that is
 *   none; the signal's reason
 */
export async function* walkFolder(root: string, options: WalkOptions = {}): AsyncGenerator<FoundFile> {
  const { signal, maxDepth = Infinity, onSkipped = () => undefined } = options;
  const walk: Walk = { maxDepth, filter: pathFilter(options), signal, skip: onSkipped };
  const absolute = await realpath(root);
  const rules = await IgnoreRules.above(absolute);
  const pending = await entriesOf({ kind: 'folder', path: '', absolute, depth: 1, rules }, walk);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'file') {
      yield next.file;
      continue;
    }
    for (const entry of await entriesOrSkip(next, walk)) {
      pending.push(entry);
    }
  }
}

async function entriesOrSkip(folder: Folder, walk: Walk): Promise<Entry[]> {
  try {
    return await entriesOf(folder, walk);
  } catch (error) {
    walk.signal?.throwIfAborted();
    return unreadable(folder.path, error as NodeJS.ErrnoException, walk);
  }
}

function unreadable(path: string, error: NodeJS.ErrnoException, walk: Walk): [] {
  if (error.syscall === 'open') {
    // A rule file: without it nobody knows what is meant.
    throw error;
  }
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') {
    walk.skip({ path, reason: 'unreadable', error });
  }
  return [];
}

/** The entries of a folder that are meant, the last one first, as they are taken from the end. */
async function entriesOf(folder: Folder, walk: Walk): Promise<Entry[]> {
  walk.signal?.throwIfAborted();
  const listed = await readdir(folder.absolute, { withFileTypes: true });
  const present = listed.filter((entry) => entry.isFile()).map(({ name }) => name);
  const rules = await folder.rules.within(
    folder.absolute,
    IGNORE_FILES.filter((name) => present.includes(name)),
  );
  const meant = listed
    .map((entry) => ({ entry, path: folder.path === '' ? entry.name : `${folder.path}/${entry.name}` }))
    .filter(({ entry }) => folder.depth < walk.maxDepth || !entry.isDirectory())
    .filter(({ entry, path }) => isMeant(entry, path, join(folder.absolute, entry.name), rules, walk))
    .sort((a, b) => (sortKey(a.entry) < sortKey(b.entry) ? 1 : -1));

  const entries: Entry[] = [];
  for (let start = 0; start < meant.length; start += STATS_AT_ONCE) {
    walk.signal?.throwIfAborted();
    const found = await Promise.all(
      meant.slice(start, start + STATS_AT_ONCE).map(async ({ entry, path }): Promise<Entry | undefined> => {
        const absolute = join(folder.absolute, entry.name);
        return entry.isDirectory()
          ? { kind: 'folder', path, absolute, depth: folder.depth + 1, rules }
          : fileOf(path, absolute, walk);
      }),
    );
    entries.push(...found.filter((entry) => entry !== undefined));
  }
  return entries;
}

/** Files and folders in the order in which the paths below them stand. */
function sortKey(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}

function isMeant(entry: Dirent, path: string, absolute: string, rules: IgnoreRules, walk: Walk): boolean {
  const isFolder = entry.isDirectory();
  if (isNeverWalked(entry.name) || rules.ignores(absolute, isFolder) || walk.filter.excludes(path)) return false;
  if (!isFolder && !walk.filter.includesFile(path)) return false;
  const reason = reasonToSkip(entry);
  if (reason !== undefined) walk.skip({ path, reason });
  return reason === undefined;
}

function reasonToSkip(entry: Dirent): SkippedEntry['reason'] | undefined {
  if (!isCarriedName(entry.name)) return 'name';
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() || entry.isDirectory() ? undefined : 'special';
}

async function fileOf(path: string, absolute: string, walk: Walk): Promise<Entry | undefined> {
  let stats: Stats;
  try {
    stats = await lstat(absolute);
  } catch (error) {
    unreadable(path, error as NodeJS.ErrnoException, walk);
    return undefined;
  }
  // Something else may stand there by now.
  if (!stats.isFile()) return undefined;
  const { size, mtimeMs, ctimeMs, ino } = stats;
  return { kind: 'file', file: { path, absolute, size, mtimeMs, ctimeMs, ino } };
}
