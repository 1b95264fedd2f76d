import { open, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../errors.js';
import { mistakeInPath } from './document-path.js';
import type { DocumentSet } from './document-set.js';

/** The name of the lock file, in the root of a synced folder. */
export const LOCK_FILE = 'docs.lock';

/** What the folder and the server had in common when they were last in step; the base of every decision. */
export interface LockEntry {
  document_id: string;
  /** The number of the version whose content it was. */
  version: number;
  /** The content's SHA-256, in lower-case hex. */
  sha256: string;
}

export interface Lock {
  /** The documents that it is about. */
  documents: DocumentSet;
  /** By path, relative to the folder, with `/`. */
  entries: Map<string, LockEntry>;
}

/** That of a lock about a tag, and that of one about a collection, which a `doc` that knows tags alone refuses. */
const TAG_FORMAT = 1;
const COLLECTION_FORMAT = 2;
const HEAD = '# What `doc sync` last found equal here and on the server. Commit it; do not edit it.';
const CONFLICT_MARKER = /^(<{7}|={7}|>{7}|\|{7})( |$)/;

/** The lock as text: sorted by path, a group of lines for each, so that git merges what different people have synced. */
export function formatLock(lock: Lock): string {
  const groups = [...lock.entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, { document_id, version, sha256 }]) =>
        `\n${JSON.stringify(name)}\n  document ${document_id}\n  version ${version}\n  sha256 ${sha256}\n`,
    );
  return `${HEAD}\n${aboutLines(lock.documents)}\n${groups.join('')}`;
}

function aboutLines(documents: DocumentSet): string {
  return 'tag' in documents
    ? `format ${TAG_FORMAT}\ntag ${JSON.stringify(documents.tag)}`
    : `format ${COLLECTION_FORMAT}\ncollection ${documents.collection}`;
}

/**
 * Reads what `formatLock` wrote.
 * @throws UsageError with the line for whatever it cannot have written: half a merge, edits by hand, another format
 */
export function parseLock(text: string): Lock {
  // An editor or git may have changed the ends of the lines, or put a byte order mark in front.
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  refuseConflictMarkers(lines);
  const reader = new LineReader(lines);
  const documents = readAbout(reader);
  const entries = new Map<string, LockEntry>();
  const pathOfDocument = new Map<string, string>();
  while (!reader.atEnd) {
    const at = reader.line;
    const name = reader.text(/^(".*")$/, 'a path in quotes');
    const mistake = mistakeInPath(name);
    if (mistake !== undefined) throw wrong(at, `the path ${JSON.stringify(name)} ${mistake}`);
    if (entries.has(name)) throw wrong(at, `${JSON.stringify(name)} is there twice`);
    const document_id = reader.value(/^ {2}document (doc_[0-9a-f]{12})$/, '  document doc_…');
    const known = pathOfDocument.get(document_id);
    if (known !== undefined) throw wrong(at, `${document_id} is that of ${JSON.stringify(known)} already`);
    const version = Number(reader.value(/^ {2}version ([1-9]\d{0,9})$/, '  version N'));
    const sha256 = reader.value(/^ {2}sha256 ([0-9a-f]{64})$/, '  sha256 and 64 hexadecimal digits');
    entries.set(name, { document_id, version, sha256 });
    pathOfDocument.set(document_id, name);
  }
  return { documents, entries };
}

/**
 * Reads the lock file of a folder; undefined where there is none.
 * @throws UsageError for one that cannot be used; the file system's error for one that cannot be read
 */
export async function readLock(root: string): Promise<Lock | undefined> {
  const text = await readLockText(root);
  return text === undefined ? undefined : parseLock(text);
}

/** The lock file as it is; undefined where there is none. */
export async function readLockText(root: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(root, LOCK_FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Puts a text in the place of the lock file, whole or not at all.
 * @param staging A path in the same file system that nobody else writes to.
 */
export async function writeLockText(root: string, text: string, staging: string): Promise<void> {
  try {
    const handle = await open(staging, 'w', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(staging, path.join(root, LOCK_FILE));
  } catch (error) {
    await unlink(staging).catch(() => undefined);
    throw error;
  }
}

/** Hands out the lines that count, and knows where it is. */
class LineReader {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    this.#skip();
  }

  get atEnd(): boolean {
    return this.#at >= this.#lines.length;
  }

  /** The number of the next line, counted from 1. */
  get line(): number {
    return this.#at + 1;
  }

  /** What the pattern's group has found in the next line. */
  value(pattern: RegExp, expected: string): string {
    const found = pattern.exec(this.#lines[this.#at] ?? '')?.[1];
    if (found === undefined) throw wrong(this.line, `\`${expected.trim()}\` should be here`);
    this.#at += 1;
    this.#skip();
    return found;
  }

  /** As `value`, for a text in quotes. */
  text(pattern: RegExp, expected: string): string {
    const at = this.line;
    const quoted = this.value(pattern, expected);
    try {
      return String(JSON.parse(quoted));
    } catch {
      throw wrong(at, `${quoted} is no text in quotes`);
    }
  }

  /** Empty lines and remarks do not count. */
  #skip(): void {
    while (!this.atEnd && /^(#|\s*$)/.test(this.#lines[this.#at] ?? '')) this.#at += 1;
  }
}

function readAbout(reader: LineReader): DocumentSet {
  const at = reader.line;
  const format = reader.value(/^format (\d+)$/, `format ${TAG_FORMAT}`);
  switch (Number(format)) {
    case TAG_FORMAT:
      return { tag: reader.text(/^tag (".*")$/, 'tag "…"') };
    case COLLECTION_FORMAT:
      return { collection: reader.value(/^collection (col_[0-9a-f]{12})$/, 'collection col_…') };
    default:
      throw new UsageError(
        `${LOCK_FILE} has format ${format} (line ${at}), and this \`doc\` knows ${TAG_FORMAT} and ${COLLECTION_FORMAT} alone.`,
        'Use a `doc` that is as new as the one that wrote it.',
      );
  }
}

function refuseConflictMarkers(lines: readonly string[]): void {
  const at = lines.findIndex((line) => CONFLICT_MARKER.test(line));
  if (at === -1) return;
  throw new UsageError(
    `${LOCK_FILE} holds a merge conflict of git (line ${at + 1}).`,
    `Take either side (\`git checkout --ours ${LOCK_FILE}\`), then sync: what differs is found again, and nothing is lost.`,
  );
}

function wrong(line: number, what: string): UsageError {
  return new UsageError(
    `${LOCK_FILE}, line ${line}: ${what}.`,
    `Restore the file from git, or remove it and sync: what is equal on both sides is recognised.`,
  );
}
