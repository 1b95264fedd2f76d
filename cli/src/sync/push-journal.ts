import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WORK_FOLDER } from './document-path.js';
import type { LockEntry } from './lock-file.js';
import type { RemoteDocument } from './plan-types.js';

const FILE = 'pushing';

/** Digests of files that were about to become documents, by path. */
export type Pushing = ReadonlyMap<string, string>;

/**
 * Written before files become documents: when a sync ends without the server's answers, the next one knows which of the
 * documents are its own, even when the files have changed, moved or gone since.
 */
export class PushJournal {
  readonly #file: string;
  readonly #rows = new Map<string, string>();
  #writing: Promise<void> = Promise.resolve();

  /**
   * Knows nothing of earlier syncs: what they have pushed is found by the survey, and what is not found then would be
   * somebody else's document one day.
   */
  constructor(root: string) {
    this.#file = fileIn(root);
  }

  /** To be called before the files are sent. */
  async begin(files: Iterable<{ path: string; sha256: string }>): Promise<void> {
    const before = this.#rows.size;
    for (const { path: name, sha256 } of files) this.#rows.set(name, sha256);
    if (this.#rows.size > before) await this.#write();
  }

  /** The lock names the document, or the server has refused it. */
  settled(name: string): void {
    this.#rows.delete(name);
  }

  /** Keeps what is not settled, to be called when the lock is written. */
  async end(): Promise<void> {
    if (this.#rows.size > 0) await this.#write();
    else await rm(this.#file, { force: true });
  }

  /** One write after the other: several transfers go on at the same time. */
  async #write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#replaceFile());
    await this.#writing;
  }

  async #replaceFile(): Promise<void> {
    const staging = `${this.#file}.next`;
    await writeFile(staging, JSON.stringify([...this.#rows]), { flush: true });
    await rename(staging, this.#file);
  }
}

/** What an earlier sync of the folder has begun to push and not recorded. A journal that cannot be read holds nothing. */
export async function readPushing(root: string): Promise<Pushing> {
  try {
    const rows = JSON.parse(await readFile(fileIn(root), 'utf8')) as unknown;
    return new Map(Array.isArray(rows) ? (rows as [string, string][]) : []);
  } catch {
    return new Map();
  }
}

/**
 * The documents that an earlier sync has pushed without learning of it, as entries of the lock.
 * @param base The lock as it is.
 */
export function findOwnPushes(
  pushing: Pushing,
  base: ReadonlyMap<string, LockEntry>,
  remote: readonly RemoteDocument[],
): [string, LockEntry][] {
  const known = new Set([...base.values()].map(({ document_id }) => document_id));
  const found = new Map<string, LockEntry>();
  // The youngest of a name: an older one was there before, or is of somebody who was faster.
  for (const { document_id, name, sha256, version, revision } of [...remote].sort(byAge)) {
    const isOwn = revision === 1 && pushing.get(name) === sha256 && !known.has(document_id) && !base.has(name);
    if (isOwn) found.set(name, { document_id, version, sha256 });
  }
  return [...found];
}

function byAge(a: RemoteDocument, b: RemoteDocument): number {
  return a.uploaded_at < b.uploaded_at ? -1 : 1;
}

function fileIn(root: string): string {
  return path.join(root, WORK_FOLDER, FILE);
}
