/** The use case of archives: many documents as one file. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ByteStream } from '../../kernel/content.js';
import type { Document } from '../../kernel/contract.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import type { DocumentFilter, Documents } from '../documents/index.js';
import { EntryPaths } from './entry-paths.js';
import { packArchive, type ArchiveEntry, type ArchiveFormat } from './formats.js';
import { Slots } from './slots.js';

/** Which documents: those with these ids, or those that fulfil a filter. */
export type ArchiveSelection = { readonly document_ids: readonly string[] } | { readonly filter: DocumentFilter };

/** As many as the contract allows. */
const MAX_DOCUMENTS = 50_000;
/** Documents whose metadata is in memory at once: a few milliseconds of work. */
const READ_AT_ONCE = 100;
/** How often a content is looked up again that was replaced and removed just then. */
const ATTEMPTS = 5;

export interface ArchivesOptions {
  /** How many archives are made at once. */
  readonly atOnce: number;
  /** How many documents an archive may hold. */
  readonly maxDocuments?: number;
}

/** An archive that can be made. */
export interface PreparedArchive {
  /** Makes its bytes; to be called once at most. */
  readonly open: () => ByteStream;
  /** Makes room for the next one; to be called when this one is done with, made or not. */
  readonly release: () => void;
}

export class Archives {
  readonly #documents: Documents;
  readonly #maxDocuments: number;
  readonly #slots: Slots;

  constructor(documents: Documents, { atOnce, maxDocuments = MAX_DOCUMENTS }: ArchivesOptions) {
    this.#documents = documents;
    this.#slots = new Slots(atOnce, 'other archives');
    this.#maxDocuments = maxDocuments;
  }

  /**
   * Finds out what is to come into the archive; of that, nothing is opened yet. What is deleted before its turn has come is
   * left out.
   *
   * @throws Problem `document_not_found`, `archive_too_large`, `unavailable` when too many are being made
   */
  async prepare(principal: Principal, selection: ArchiveSelection, format: ArchiveFormat): Promise<PreparedArchive> {
    const release = this.#slots.take();
    try {
      const sequences = await this.#select(principal, selection);
      return { open: () => packArchive(format, this.#entries(principal, sequences)), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #select(principal: Principal, selection: ArchiveSelection): Promise<number[]> {
    if ('document_ids' in selection) return await this.#documents.locate(principal, selection.document_ids);
    const found = await this.#documents.select(principal, selection.filter, this.#maxDocuments);
    if (found) return found;
    throw new Problem(
      'archive_too_large',
      `These are more than ${this.#maxDocuments} documents, which is as many as an archive may hold; narrow the filter.`,
    );
  }

  async *#entries(principal: Principal, sequences: readonly number[]): AsyncGenerator<ArchiveEntry, void, undefined> {
    const paths = new EntryPaths();
    for (let start = 0; start < sequences.length; start += READ_AT_ONCE) {
      // Neither the database nor small files take a turn of the event loop, nor do writes that the kernel takes at once.
      await nextTurn();
      for (const found of await this.#documents.at(principal, sequences.slice(start, start + READ_AT_ONCE))) {
        const opened = await this.#open(principal, found);
        if (!opened) continue;
        const { document, content } = opened;
        const { document_id, version, checksum_sha256, size_bytes, updated_at } = document;
        const modified_at = new Date(updated_at);
        const path = paths.place(document);
        yield { path, modified_at, size_bytes, document_id, version, checksum_sha256, content };
      }
    }
  }

  /**
   * Opens the document's current content; undefined when the document is gone. A content that is missing under a document
   * that is there is damage, and thrown.
   */
  async #open(principal: Principal, found: Document): Promise<{ document: Document; content: ByteStream } | undefined> {
    let document = found;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        const range = { start: 0, end: document.size_bytes - 1 };
        return { document, content: await this.#documents.open(principal, document, range) };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
      // It was changed or deleted since its metadata was read.
      try {
        document = await this.#documents.get(principal, document.document_id);
      } catch (error) {
        if (error instanceof Problem && error.code === 'document_not_found') return undefined;
        throw error;
      }
    }
    throw new Error(`${document.document_id} was changed ${ATTEMPTS} times while it was opened`);
  }
}
