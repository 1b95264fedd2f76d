/** The use cases of documents. */
import type { BlobStore } from '../../blobs/index.js';
import { BlobMissingError } from '../../blobs/index.js';
import type { Database, Session } from '../../db/index.js';
import { append } from '../../journal/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { ByteRange, ByteStream, StagedContent } from '../../kernel/content.js';
import type { Document, DocumentChange } from '../../kernel/contract.js';
import { createDocumentId } from '../../kernel/ids.js';
import { assertMet, type Precondition } from '../../kernel/precondition.js';
import type { Principal } from '../../kernel/principal.js';
import * as store from './documents.store.js';
import { mediaTypeOf } from './media-type.js';
import { presentContent, presentDocument } from './present.js';
import { findPage, type DocumentFilter } from './query.store.js';
import { publishAndRecord } from './recording.js';
import { insertVersion } from './versions.store.js';

/** A push: the received content and what was said about it. */
export interface Push {
  readonly content: StagedContent;
  readonly filename: string;
  readonly declared_type: string | undefined;
  readonly name: string | undefined;
  readonly tags: readonly string[];
  readonly description: string;
}

export interface Page {
  readonly documents: Document[];
  /** Where the next page starts; undefined on the last. */
  readonly next: number | undefined;
}

/** Which content to open, as it was looked up. */
export type OpenableContent = Pick<Document, 'document_id' | 'version' | 'checksum_sha256'>;

/** How often an id that was taken is drawn again; each time is next to impossible already. */
const ATTEMPTS = 5;

export class Documents {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #createId: () => string;

  constructor(db: Database, blobs: BlobStore, clock: Clock, createId: () => string = createDocumentId) {
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#createId = createId;
  }

  /** Stores a document with its first version. */
  async push(principal: Principal, push: Push): Promise<Document> {
    return await publishAndRecord(this.#db, principal.tenant_id, push.content, (tx) =>
      this.#record(tx, principal, push),
    );
  }

  /** The document's metadata, with the facts of its current version or of another one. */
  async get(principal: Principal, document_id: string, version?: number): Promise<Document> {
    return store.toDocument(await presentDocument(this.#db.read, principal.tenant_id, document_id, version));
  }

  /** What is to be known of the document's content before it is opened. */
  async getContent(principal: Principal, document_id: string, version?: number): Promise<store.ContentRow> {
    return await presentContent(this.#db.read, principal.tenant_id, document_id, version);
  }

  /**
   * The bytes of a content, or a range of them.
   *
   * @throws Problem `document_not_found` or `version_removed`, when they were removed since the content was looked up
   */
  async open(principal: Principal, content: OpenableContent, range: ByteRange): Promise<ByteStream> {
    const { tenant_id } = principal;
    const { document_id, checksum_sha256, version } = content;
    try {
      return await this.#blobs.open({ tenant_id, checksum_sha256 }, range);
    } catch (error) {
      if (error instanceof BlobMissingError) await presentContent(this.#db.read, tenant_id, document_id, version);
      throw error;
    }
  }

  /** One page of the documents that fulfil the filter, newest first. */
  async query(principal: Principal, filter: DocumentFilter, limit: number, below?: number): Promise<Page> {
    const rows = await findPage(this.#db.read, principal.tenant_id, filter, limit + 1, below);
    const page = rows.slice(0, limit);
    return { documents: page.map(store.toDocument), next: rows.length > limit ? page.at(-1)?.sequence : undefined };
  }

  /**
   * Changes name, tags or description.
   *
   * @throws Problem `document_not_found`, `version_mismatch`
   */
  update(
    principal: Principal,
    document_id: string,
    change: DocumentChange,
    precondition?: Precondition,
  ): Promise<Document> {
    const { tenant_id } = principal;
    return this.#db.write(async (tx) => {
      const row = await presentDocument(tx, tenant_id, document_id);
      assertMet(precondition, row);
      const now = this.#clock.now();
      const tags = change.tags && unique(change.tags);
      await store.updateDocumentRow(tx, tenant_id, row, { ...change, ...(tags && { tags }) });
      await store.touchDocument(tx, tenant_id, document_id, row.version, now);
      await append(
        tx,
        principal,
        { type: 'document.updated', document_id, version: row.version, data: { change } },
        now,
      );
      return store.toDocument(await presentDocument(tx, tenant_id, document_id));
    });
  }

  async #record(tx: Session, principal: Principal, push: Push): Promise<Document> {
    const { tenant_id, principal_id } = principal;
    const { checksum_sha256, size_bytes } = push.content;
    const now = this.#clock.now();
    const time = now.toISOString();
    const document_id = await this.#freeId(tx, tenant_id);
    const { filename: original_filename, declared_type, description } = push;
    const entry: store.DocumentEntry = {
      document_id,
      sequence: await append(tx, principal, { type: 'document.created', document_id, version: 1 }, now),
      name: push.name ?? original_filename,
      tags: unique(push.tags),
      description,
      current_version: 1,
      revision: 1,
      uploaded_at: time,
      updated_at: time,
    };
    const facts = {
      original_filename,
      size_bytes,
      mime_type: mediaTypeOf(original_filename, declared_type),
      checksum_sha256,
    };
    await store.insertDocument(tx, tenant_id, entry);
    await insertVersion(tx, tenant_id, {
      document_id,
      version: 1,
      parents: [],
      ...facts,
      created_at: time,
      created_by: principal_id,
      message: '',
    });
    return store.describe(entry, facts);
  }

  async #freeId(tx: Session, tenant_id: string): Promise<string> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const document_id = this.#createId();
      if (!(await store.isDocumentIdTaken(tx, tenant_id, document_id))) return document_id;
    }
    throw new Error(`${ATTEMPTS} random document ids were all taken`);
  }
}

function unique(tags: readonly string[]): string[] {
  return [...new Set(tags)];
}
