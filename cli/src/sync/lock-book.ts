import { ConflictError } from './conflict-error.js';
import { formatLock, type Lock, type LockEntry, readLockText, writeLockText } from './lock-file.js';
import type { WorkFolder } from './work-folder.js';

/** How often the lock is written while a sync goes on. Whatever is not written is found out again by the next run. */
const SAVE_MS = 500;
/** A long lock is written more rarely, in order that this takes no more than a small part of the time. */
const SAVES_PART = 1 / 20;

/** The lock of a sync that goes on: learns what is in step by now, and is written from time to time. */
export class LockBook {
  readonly #work: WorkFolder;
  readonly #tag: string;
  readonly #entries: Map<string, LockEntry>;
  readonly #base: ReadonlyMap<string, LockEntry>;
  /** The path of each document; another document may have taken it by now. */
  readonly #pathOf: Map<string, string>;
  /** What the file holds, as far as this process knows. */
  #text: string | undefined;
  #saveAt = performance.now() + SAVE_MS;
  #saving: Promise<void> = Promise.resolve();

  /** @param text What the lock file held when it was read; undefined where there was none. */
  constructor(work: WorkFolder, lock: Lock, text: string | undefined) {
    this.#work = work;
    this.#tag = lock.tag;
    this.#base = lock.entries;
    this.#entries = new Map(lock.entries);
    this.#pathOf = new Map([...lock.entries].map(([path, { document_id }]) => [document_id, path]));
    this.#text = text;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A document is in step under a path. */
  async record(path: string, entry: LockEntry): Promise<void> {
    const before = this.#pathOf.get(entry.document_id);
    if (before !== undefined && this.#entries.get(before)?.document_id === entry.document_id)
      this.#entries.delete(before);
    this.#entries.set(path, entry);
    this.#pathOf.set(entry.document_id, path);
    await this.#saveNowAndThen();
  }

  /** A document is on neither side any more, or not the one of this path. */
  async forget(path: string, documentId: string): Promise<void> {
    if (this.#entries.get(path)?.document_id === documentId) this.#entries.delete(path);
    await this.#saveNowAndThen();
  }

  /** A document whose steps have not all been done is what it was, unless its path has been given away. */
  keep(documentId: string): void {
    for (const [path, entry] of this.#base) {
      if (entry.document_id === documentId && !this.#entries.has(path)) this.#entries.set(path, entry);
    }
  }

  /**
   * Writes the lock, if it has changed.
   * @throws ConflictError when somebody else has changed the file meanwhile; the file system's error
   */
  async save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#write());
    await this.#saving;
  }

  async #saveNowAndThen(): Promise<void> {
    if (performance.now() < this.#saveAt) return;
    this.#saveAt = Infinity;
    const startedAt = performance.now();
    await this.save();
    const endedAt = performance.now();
    this.#saveAt = endedAt + Math.max(SAVE_MS, (endedAt - startedAt) / SAVES_PART);
  }

  async #write(): Promise<void> {
    const text = formatLock({ tag: this.#tag, entries: this.#entries });
    if (text === this.#text) return;
    const { root } = this.#work;
    if ((await readLockText(root)) !== this.#text) {
      throw new ConflictError('docs.lock was changed by somebody else during the sync.', [
        'Run the sync again: what has been done is recognised.',
      ]);
    }
    await writeLockText(root, text, this.#work.staging());
    this.#text = text;
  }
}
