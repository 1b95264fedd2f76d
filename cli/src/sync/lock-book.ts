import { ConflictError } from './conflict-error.js';
import type { DocumentSet } from './document-set.js';
import { mayHaveBeenStored } from './failures.js';
import { LockEntries } from './lock-entries.js';
import { formatLock, type Lock, type LockEntry, readLockText, writeLockText } from './lock-file.js';
import { ProgressLog, type Whereabouts } from './progress-log.js';
import type { WorkFolder } from './work-folder.js';

/** How often the lock is written while a sync goes on. What it does not say yet stands in the log beside it. */
const SAVE_MS = 500;
/** A long lock is written more rarely, in order that this takes no more than a small part of the time. */
const SAVES_PART = 1 / 20;

/** The lock of a sync that goes on: learns what is in step by now, and is written from time to time. */
export class LockBook {
  readonly #work: WorkFolder;
  readonly #documents: DocumentSet;
  readonly #entries: LockEntries;
  readonly #base: ReadonlyMap<string, LockEntry>;
  readonly #log: ProgressLog;
  /** What the file holds, as far as this process knows. */
  #text: string | undefined;
  #saveAt = performance.now() + SAVE_MS;
  #saving: Promise<void> = Promise.resolve();

  private constructor(work: WorkFolder, lock: Lock, text: string | undefined, log: ProgressLog) {
    this.#work = work;
    this.#documents = lock.documents;
    this.#base = lock.entries;
    this.#entries = new LockEntries(lock.entries);
    this.#text = text;
    this.#log = log;
  }

  /**
   * Writes what an earlier sync has left to be said.
   * @param lock What is in step, with what is known beyond the file.
   * @param text What the lock file held when it was read; undefined where there was none.
   * @throws as `save`
   */
  static async open(
    work: WorkFolder,
    lock: Lock,
    text: string | undefined,
    whereabouts: Whereabouts,
  ): Promise<LockBook> {
    const known = formatLock(lock);
    const isNews = text === undefined ? lock.entries.size > 0 : text !== known;
    if (isNews) await replaceLock(work, text, known);
    const current = isNews ? known : text;
    return new LockBook(work, lock, current, await ProgressLog.begin(work.root, current, whereabouts));
  }

  get size(): number {
    return this.#entries.byPath.size;
  }

  /** A document is in step under a path. */
  async record(path: string, entry: LockEntry): Promise<void> {
    this.#entries.record(path, entry);
    await this.#log.add({ do: 'record', path, ...entry });
    await this.#saveNowAndThen();
  }

  /** A document is on neither side any more, or not the one of this path. */
  async forget(path: string, documentId: string): Promise<void> {
    this.#entries.forget(path, documentId);
    await this.#log.add({ do: 'forget', path, document_id: documentId });
    await this.#saveNowAndThen();
  }

  /** Moves a document's file, so that the next sync knows where it is, wherever this one is cut. */
  async moving(documentId: string, from: string, to: string, move: () => Promise<void>): Promise<void> {
    await this.#log.add({ do: 'move', document_id: documentId, from, to });
    await move();
    await this.#log.add({ do: 'moved', document_id: documentId, to });
  }

  /** Gives a document's version its place in the folder, and records it. */
  async pulling(path: string, entry: LockEntry, pull: () => Promise<void>): Promise<void> {
    await this.#log.add({ do: 'pull', path, ...entry });
    try {
      await pull();
    } catch (error) {
      this.#log.drop(entry.document_id);
      throw error;
    }
    await this.record(path, entry);
  }

  /** Makes a file's content a document's next version. */
  async pushing<Answer>(documentId: string, sha256: string, push: () => Promise<Answer>): Promise<Answer> {
    await this.#log.add({ do: 'push', document_id: documentId, sha256 });
    try {
      return await push();
    } catch (error) {
      if (!(await mayHaveBeenStored(error))) this.#log.drop(documentId);
      throw error;
    }
  }

  /** A document whose steps have not all been done is what it was, unless its path has been given away. */
  keep(documentId: string): void {
    if (this.#entries.pathOf(documentId) !== undefined) return;
    for (const [path, entry] of this.#base) {
      if (entry.document_id === documentId && !this.#entries.byPath.has(path)) this.#entries.record(path, entry);
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

  /** Writes the lock for the last time. @throws as `save` */
  async end(): Promise<void> {
    try {
      await this.save();
    } finally {
      await this.#log.end();
    }
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
    const known = this.#log.length;
    const text = formatLock({ documents: this.#documents, entries: this.#entries.byPath });
    if (text === this.#text) return;
    await replaceLock(this.#work, this.#text, text);
    this.#text = text;
    await this.#log.beginAnew(text, known);
  }
}

async function replaceLock(work: WorkFolder, before: string | undefined, text: string): Promise<void> {
  if ((await readLockText(work.root)) !== before) {
    throw new ConflictError('docs.lock was changed by somebody else during the sync.', [
      'Run the sync again: what has been done is recognised.',
    ]);
  }
  await writeLockText(work.root, text, work.staging());
}
