/** The use cases of documents. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlobStore } from '../../blobs/index.js';
import { BlobMissingError } from '../../blobs/index.js';
import type { Database, Session } from '../../db/index.js';
import { append } from '../../journal/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { ByteRange, ByteStream } from '../../kernel/content.js';
import type { Document } from '../../kernel/contract.js';
import { createDocumentId } from '../../kernel/ids.js';
import { assertMet, type Precondition } from '../../kernel/precondition.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import * as store from './documents.store.js';
import { findKnownContent } from './known-content.js';
import { mediaTypeOf } from './media-type.js';
import { changedTags, uniqueTags, type MetadataChange } from './metadata-change.js';
import { presentContent, presentDocument } from './present.js';
import { documentsAt, findPage, findSequences, type DocumentFilter } from './query.store.js';
import { publishAndRecord, type OnRecorded, type RecordableContent } from './recording.js';
import { insertVersion } from './versions.store.js';

/** What is said about a document to be. */
interface Description {
  readonly name: string | undefined;
  readonly tags: readonly string[];
  readonly description: string;
}

/** A push: the content and what was said about it. */
export interface Push extends Description {
  readonly content: RecordableContent;
  readonly filename: string;
  readonly declared_type: string | undefined;
  /** What else becomes durable with the document. */
  readonly onRecorded?: OnRecorded<Document>;
}

/** A push of content that the tenant has; what is not said about it is as the content was last stored. */
export interface KnownPush extends Description {
  readonly checksum_sha256: string;
  readonly original_filename: string | undefined;
  readonly mime_type: string | undefined;
}

export interface Page {
  readonly documents: Document[];
  /** Where the next page starts; undefined on the last. */
  readonly next: number | undefined;
}

/** Which content to open, as it was looked up. */
export type OpenableContent = Pick<Document, 'document_id' | 'version' | 'checksum_sha256'>;

/** Documents that are selected in one step: a few milliseconds of work. */
const SELECTED_AT_ONCE = 4000;
/** More missing documents than this need no naming. */
const NAMED_MISSING = 20;

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
    return await publishAndRecord(this.#db, principal.tenant_id, push.content, async (tx) => {
      const document = await this.#record(tx, principal, push);
      await push.onRecorded?.(tx, document);
      return document;
    });
  }

  /**
   * Stores a document whose content the tenant has already.
   *
   * @throws Problem `content_not_found`
   */
  async pushKnown(principal: Principal, { checksum_sha256, ...push }: KnownPush): Promise<Document> {
    const content = await findKnownContent(this.#db.read, this.#blobs, principal.tenant_id, checksum_sha256);
    const { original_filename: filename = content.original_filename, mime_type = content.mime_type, ...said } = push;
    return await this.push(principal, { ...said, content, filename, declared_type: mime_type });
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
   * Which documents fulfil the filter, the oldest first: their places in the journal, which never change.
   *
   * @returns undefined when they are more than `limit`
   */
  async select({ tenant_id }: Principal, filter: DocumentFilter, limit: number): Promise<number[] | undefined> {
    const found: number[] = [];
    for (let below: number | undefined; ; below = found.at(-1)) {
      const page = await findSequences(this.#db.read, tenant_id, filter, SELECTED_AT_ONCE, below);
      for (const { sequence } of page) found.push(sequence);
      if (found.length > limit) return undefined;
      if (page.length < SELECTED_AT_ONCE) return found.reverse();
      await nextTurn();
    }
  }

  /**
   * The same for documents that are known by their ids.
   *
   * @throws Problem `document_not_found` that names those that are not there
   */
  async locate({ tenant_id }: Principal, document_ids: readonly string[]): Promise<number[]> {
    const found = new Set<number>();
    const missing: string[] = [];
    for (const document_id of new Set(document_ids)) {
      const row = await store.findDocument(this.#db.read, tenant_id, document_id);
      if (row) found.add(row.sequence);
      else missing.push(document_id);
    }
    if (missing.length > 0) throw documentsNotFound(missing);
    return [...found].sort((a, b) => a - b);
  }

  /** The documents at places that `select` or `locate` gave, in their order; those that are gone since are left out. */
  async at({ tenant_id }: Principal, sequences: readonly number[]): Promise<Document[]> {
    return (await documentsAt(this.#db.read, tenant_id, sequences)).map(store.toDocument);
  }

  /**
   * Changes name, tags or description.
   *
   * @throws Problem `document_not_found`, `version_mismatch`
   */
  update(
    principal: Principal,
    document_id: string,
    change: MetadataChange,
    precondition?: Precondition,
  ): Promise<Document> {
    return this.#db.write((tx) => this.updateWithin(tx, principal, document_id, change, precondition));
  }

  /** The same within a transaction. What it refuses it refuses before it has changed anything. */
  async updateWithin(
    tx: Session,
    principal: Principal,
    document_id: string,
    change: MetadataChange,
    precondition?: Precondition,
  ): Promise<Document> {
    const { tenant_id } = principal;
    const row = await presentDocument(tx, tenant_id, document_id);
    assertMet(precondition, row);
    const { name, description } = change;
    const tags = changedTags(JSON.parse(row.tags) as string[], change);
    const changed = {
      ...(name !== undefined && { name }),
      ...(tags && { tags }),
      ...(description !== undefined && { description }),
    };
    const now = this.#clock.now();
    await store.updateDocumentRow(tx, tenant_id, row, changed);
    await store.touchDocument(tx, tenant_id, document_id, row.version, now);
    const event = { type: 'document.updated', document_id, version: row.version, data: { change: changed } } as const;
    await append(tx, principal, event, now);
    return store.toDocument(await presentDocument(tx, tenant_id, document_id));
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
      tags: uniqueTags(push.tags),
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

function documentsNotFound(missing: readonly string[]): Problem {
  const named = missing.slice(0, NAMED_MISSING).join(', ');
  const rest = missing.length - NAMED_MISSING;
  const these = rest > 0 ? `${named} and ${rest} more` : named;
  return new Problem('document_not_found', `There is no document ${these}.`);
}
