/** The use cases of documents. */
import type { BlobStore } from '../../blobs/index.js';
import { BlobMissingError } from '../../blobs/index.js';
import type { Database, Session } from '../../db/index.js';
import { append } from '../../journal/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { ByteRange, ByteStream, StagedContent } from '../../kernel/content.js';
import type { Document, DocumentChange } from '../../kernel/contract.js';
import { createDocumentId } from '../../kernel/ids.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import * as store from './documents.store.js';
import { mediaTypeOf } from './media-type.js';
import { findPage, type DocumentFilter } from './query.store.js';

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

/** How often an id or a blob that was taken from under us is asked for again; each time is next to impossible already. */
const ATTEMPTS = 5;

/** The content was collected between publishing it and recording it. */
const CONTENT_GONE = Symbol('content gone');

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

  /**
   * Stores a document. Content first, durable under its address, then one transaction with rows and event: a row never
   * points at a missing blob. The collector removes blobs under the same write lock, so the look at the blob inside the
   * transaction cannot be overtaken; if the collector was faster, the content is published again from the staged copy.
   */
  async push(principal: Principal, push: Push): Promise<Document> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const document = await this.#record(principal, push, push.content.publish(principal.tenant_id));
      if (document !== CONTENT_GONE) return document;
    }
    throw new Error(`the content ${push.content.checksum_sha256} was removed ${ATTEMPTS} times while it was pushed`);
  }

  /** The document's metadata. */
  async get(principal: Principal, document_id: string): Promise<Document> {
    return store.toDocument(await this.#find(principal, document_id));
  }

  /** What is to be known of the document's content before it is opened. */
  async getContent(principal: Principal, document_id: string): Promise<store.ContentRow> {
    const row = await store.findContent(this.#db.read, principal.tenant_id, document_id);
    if (!row) throw notFound(document_id);
    return row;
  }

  /**
   * The bytes of a content, or a range of them.
   *
   * @throws Problem `document_not_found`, when the document was deleted since it was looked up
   */
  async open(principal: Principal, content: store.ContentRow, range: ByteRange): Promise<ByteStream> {
    const { tenant_id } = principal;
    const { document_id, checksum_sha256 } = content;
    try {
      return await this.#blobs.open({ tenant_id, checksum_sha256 }, range);
    } catch (error) {
      if (error instanceof BlobMissingError) await this.#find(principal, document_id);
      throw error;
    }
  }

  /** One page of the documents that fulfil the filter, newest first. */
  async query(principal: Principal, filter: DocumentFilter, limit: number, below?: number): Promise<Page> {
    const rows = await findPage(this.#db.read, principal.tenant_id, filter, limit + 1, below);
    const page = rows.slice(0, limit);
    return { documents: page.map(store.toDocument), next: rows.length > limit ? page.at(-1)?.sequence : undefined };
  }

  /** Changes name, tags or description. */
  update(principal: Principal, document_id: string, change: DocumentChange): Promise<Document> {
    const { tenant_id } = principal;
    return this.#db.write(async (tx) => {
      const row = await store.findDocument(tx, tenant_id, document_id);
      if (!row) throw notFound(document_id);
      await store.updateDocumentRow(tx, tenant_id, document_id, change);
      if (change.tags) await store.replaceTags(tx, tenant_id, row.sequence, unique(change.tags));
      const event = { type: 'document.updated', document_id, version: 1, data: { change } } as const;
      await append(tx, principal, event, this.#clock.now());
      return store.toDocument((await store.findDocument(tx, tenant_id, document_id)) as store.DocumentRow);
    });
  }

  /** Deletes the document. Its content stays until the collector finds that nobody needs it. */
  delete(principal: Principal, document_id: string): Promise<void> {
    const { tenant_id } = principal;
    return this.#db.write(async (tx) => {
      const row = await store.findDocument(tx, tenant_id, document_id);
      if (!row) throw notFound(document_id);
      await store.deleteDocumentRow(tx, tenant_id, document_id);
      const event = { type: 'document.deleted', document_id, version: 1, data: { name: row.name } } as const;
      await append(tx, principal, event, this.#clock.now());
    });
  }

  async #find(principal: Principal, document_id: string): Promise<store.DocumentRow> {
    const row = await store.findDocument(this.#db.read, principal.tenant_id, document_id);
    if (!row) throw notFound(document_id);
    return row;
  }

  async #freeId(tx: Session, tenant_id: string): Promise<string> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const document_id = this.#createId();
      if (!(await store.isDocumentIdTaken(tx, tenant_id, document_id))) return document_id;
    }
    throw new Error(`${ATTEMPTS} random document ids were all taken`);
  }

  #record(principal: Principal, push: Push, published: Promise<void>): Promise<Document | typeof CONTENT_GONE> {
    const { tenant_id, principal_id } = principal;
    const { checksum_sha256, size_bytes } = push.content;
    return this.#db.writeAfter(published, async (tx) => {
      if (!(await push.content.isPublished(tenant_id))) return CONTENT_GONE;
      const now = this.#clock.now();
      const document_id = await this.#freeId(tx, tenant_id);
      const event = { type: 'document.created', document_id, version: 1 } as const;
      const document: store.NewDocument = {
        document_id,
        sequence: await append(tx, principal, event, now),
        name: push.name ?? push.filename,
        tags: unique(push.tags),
        description: push.description,
        uploaded_at: now.toISOString(),
        content: {
          original_filename: push.filename,
          checksum_sha256,
          size_bytes,
          mime_type: mediaTypeOf(push.filename, push.declared_type),
          created_by: principal_id,
        },
      };
      await store.insertDocument(tx, tenant_id, document);
      return store.describe(document);
    });
  }
}

function notFound(document_id: string): Problem {
  return new Problem('document_not_found', `There is no document ${document_id}.`);
}

function unique(tags: readonly string[]): string[] {
  return [...new Set(tags)];
}
