import type { LockEntry } from './lock-file.js';

/** What is in step, by path; a document has one path. */
export class LockEntries {
  readonly byPath: Map<string, LockEntry>;
  /** The path of each document; another document may have taken it by now. */
  readonly #pathOf: Map<string, string>;

  constructor(entries: ReadonlyMap<string, LockEntry>) {
    this.byPath = new Map(entries);
    this.#pathOf = new Map([...entries].map(([path, { document_id }]) => [document_id, path]));
  }

  /** The path of a document; undefined for one that is not among them. */
  pathOf(documentId: string): string | undefined {
    const path = this.#pathOf.get(documentId);
    return path !== undefined && this.byPath.get(path)?.document_id === documentId ? path : undefined;
  }

  /** A document is in step under a path. */
  record(path: string, entry: LockEntry): void {
    const before = this.pathOf(entry.document_id);
    if (before !== undefined) this.byPath.delete(before);
    this.byPath.set(path, entry);
    this.#pathOf.set(entry.document_id, path);
  }

  /** A document is on neither side any more, or not the one of this path. */
  forget(path: string, documentId: string): void {
    if (this.byPath.get(path)?.document_id === documentId) this.byPath.delete(path);
  }
}
