/**
 * Rebuilds the index of the search beside the one in use. A server may go on working meanwhile: what it changes stands in
 * the journal, and is done again in the rebuilt index before that takes the other one's place, in one transaction. How far
 * the rebuild has come is kept, so that one that was ended goes on.
 */
import { gunzipSync } from 'node:zlib';
import { BlobMissingError, type BlobStore } from '../../../blobs/index.js';
import {
  createSearchIndex,
  dropSearchIndex,
  indexTables,
  replaceSearchIndex,
  tenantNumber,
  type Database,
  type IndexTables,
  type Session,
} from '../../../db/index.js';
import { formatOf } from '../../../extraction/index.js';
import {
  forgetWords,
  prepareText,
  replaceIndexEntry,
  setIndexStatus,
  type PreparedText,
} from '../../documents/index.js';
import { prepareExtracted } from './write-content.js';
import * as store from './rebuild.store.js';
import type { IndexableDocument, RebuildState } from './rebuild.store.js';

export interface RebuildOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  /** How many bytes of a text are indexed. */
  readonly maxTextBytes: number;
  /** Compare the rebuilt index with the one that it replaces; reads both as a whole. */
  readonly compare: boolean;
  /** Is told how far it is, after every step. */
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Ends the rebuild after its step; it goes on where it was. */
  readonly signal?: AbortSignal;
}

export interface RebuildProgress {
  readonly tenant_id: string;
  readonly documents: number;
}

export interface RebuildResult {
  readonly tenants: number;
  readonly documents: number;
  /** Documents whose text has to be extracted first: the server does that when it runs next. */
  readonly pending: number;
  /** Terms in which the rebuilt index differs from the one before; undefined when nobody compared. */
  readonly differences: number | undefined;
}

/** Documents in one transaction. */
const STEP = 64;

/** A document, and what is to be said of its content in the index; one whose text has to be extracted first waits. */
interface Read {
  readonly document: IndexableDocument;
  readonly prepared: Omit<PreparedText, 'checksum_sha256'>;
}

export class Rebuild {
  readonly #options: RebuildOptions;
  #documents = 0;
  #pending = 0;

  constructor(options: RebuildOptions) {
    this.#options = options;
  }

  /** Rebuilds the indexes of all tenants, one after the other. */
  async run(): Promise<RebuildResult> {
    const tenants = await store.listTenantRanges(this.#options.db.read);
    let differences: number | undefined;
    for (const { tenant_id, first_sequence } of tenants) {
      const found = await this.#rebuildTenant(tenant_id, tenantNumber(first_sequence));
      if (found !== undefined) differences = (differences ?? 0) + found;
      if (this.#options.signal?.aborted === true) break;
    }
    return { tenants: tenants.length, documents: this.#documents, pending: this.#pending, differences };
  }

  async #rebuildTenant(tenant_id: string, tenant_number: number): Promise<number | undefined> {
    const live = indexTables(tenant_number);
    const rebuilding = indexTables(tenant_number, 'rebuilding');
    let state = await this.#begin(tenant_id, rebuilding);
    for (;;) {
      if (this.#options.signal?.aborted === true) return undefined;
      const next = await this.#addDocuments(state, rebuilding);
      if (!next) break;
      state = next;
    }
    for (let changes = STEP; changes === STEP;) {
      ({ state, changes } = await this.#catchUp(state, rebuilding));
    }
    return await this.#finish(state, live, rebuilding);
  }

  /** Makes the tables of a rebuild, or finds those of one that was ended. */
  #begin(tenant_id: string, rebuilding: IndexTables): Promise<RebuildState> {
    return this.#options.db.write(async (tx) => {
      const begun = await store.findRebuild(tx, tenant_id);
      if (begun) return begun;
      await dropSearchIndex(tx.knex, rebuilding);
      forgetWords(tx);
      await createSearchIndex(tx.knex, rebuilding);
      const tenant = (await store.listTenantRanges(tx)).find((range) => range.tenant_id === tenant_id);
      const state = { tenant_id, done_sequence: 0, event_sequence: tenant?.last_sequence ?? 0 };
      await store.saveRebuild(tx, state);
      return state;
    });
  }

  /** Puts the next documents in; undefined when there are no more. */
  async #addDocuments(state: RebuildState, tables: IndexTables): Promise<RebuildState | undefined> {
    const { db, onProgress } = this.#options;
    const documents = await store.documentsAfter(db.read, state.tenant_id, state.done_sequence, STEP);
    const last = documents.at(-1);
    if (!last) return undefined;
    const reads = await Promise.all(documents.map((document) => this.#read(document)));
    const next = { ...state, done_sequence: last.sequence };
    await db.write(async (tx) => {
      for (const read of reads) await putIn(tx, read, tables);
      await store.saveRebuild(tx, next);
    });
    this.#documents += reads.length;
    this.#pending += reads.filter(({ prepared }) => prepared.index_status === 'pending').length;
    onProgress?.({ tenant_id: state.tenant_id, documents: this.#documents });
    return next;
  }

  /** Does the next changes again, and says how many they were. */
  async #catchUp(state: RebuildState, tables: IndexTables): Promise<{ state: RebuildState; changes: number }> {
    const { db } = this.#options;
    const changes = await store.changesAfter(db.read, state.tenant_id, state.event_sequence, STEP);
    const last = changes.at(-1);
    if (!last) return { state, changes: 0 };
    const reads = await this.#readAll(db.read, state.tenant_id, changes);
    const next = { ...state, event_sequence: last.sequence };
    await db.write(async (tx) => {
      for (const read of reads) await putIn(tx, read, tables);
      await store.saveRebuild(tx, next);
    });
    return { state: next, changes: changes.length };
  }

  /** Does the last changes again and puts the rebuilt index in the place of the other one, with nobody writing meanwhile. */
  async #finish(state: RebuildState, live: IndexTables, rebuilding: IndexTables): Promise<number | undefined> {
    const { db, compare } = this.#options;
    return await db.write(async (tx) => {
      const { tenant_id, event_sequence } = state;
      const changes = await store.changesAfter(tx, tenant_id, event_sequence);
      for (const read of await this.#readAll(tx, tenant_id, changes)) await putIn(tx, read, rebuilding);
      await store.deleteStrayEntries(tx, tenant_id, rebuilding);
      const differences = compare ? await store.countDifferences(tx, live, rebuilding) : undefined;
      await replaceSearchIndex(tx.knex, live, rebuilding);
      await store.deleteRebuild(tx, tenant_id);
      return differences;
    });
  }

  async #readAll(session: Session, tenant_id: string, changes: readonly { document_id: string }[]): Promise<Read[]> {
    const reads: Read[] = [];
    for (const document_id of new Set(changes.map((change) => change.document_id))) {
      const document = await store.findIndexable(session, tenant_id, document_id);
      if (document) reads.push(await this.#read(document));
    }
    return reads;
  }

  async #read(document: IndexableDocument): Promise<Read> {
    const { blobs, db, maxTextBytes } = this.#options;
    const { tenant_id, checksum_sha256, size_bytes, mime_type, original_filename } = document;
    const format = formatOf(mime_type, original_filename);
    if (format === 'binary') return { document, prepared: nothing(`There is no text in ${mime_type}.`) };
    if (format !== 'text' && format !== 'unknown') {
      const extracted = await store.findExtractedText(db.read, document);
      if (!extracted) return { document, prepared: { index_status: 'pending', index_reason: '', text: undefined } };
      const { index_status, index_reason } = document;
      const text = prepareExtracted(gunzipSync(extracted).toString());
      return { document, prepared: { index_status, index_reason, text } };
    }
    try {
      const end = Math.min(size_bytes, maxTextBytes + 1);
      const bytes = await blobs.read({ tenant_id, checksum_sha256 }, { start: 0, end: end - 1 });
      return { document, prepared: prepareText(bytes, maxTextBytes) };
    } catch (error) {
      if (error instanceof BlobMissingError) return { document, prepared: nothing('Its bytes are missing.') };
      throw error;
    }
  }
}

function nothing(index_reason: string): Read['prepared'] {
  return { index_status: 'not_indexed', index_reason: index_reason.slice(0, 200), text: undefined };
}

/** Puts a document in as it was read. One that has changed since is in the journal, and comes again. */
async function putIn(tx: Session, { document, prepared }: Read, tables: IndexTables): Promise<void> {
  const { sequence, tags, tenant_id, ...metadata } = document;
  const { index_status, index_reason, text } = prepared;
  await replaceIndexEntry(tx, sequence, { ...metadata, tags: JSON.parse(tags) as string[] }, text, tables);
  if (index_status !== document.index_status || index_reason !== document.index_reason) {
    await tx.run(setIndexStatus, { tenant_id, sequence, index_status, index_reason });
  }
}
