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
import { isAllowedOnAll, membershipLabel } from '../../kernel/rights.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import type { ContentIndexing, PreparedText } from './content-indexing.js';
import * as store from './documents.store.js';
import { indexCurrent } from './index-entries.js';
import { findKnownContent } from './known-content.js';
import { mediaTypeOf } from './media-type.js';
import { changedTags, type MetadataChange } from './metadata-change.js';
import { collectionsOf } from './memberships.store.js';
import { assertMayHave, may, visibleTo } from './permission.js';
import { presentContent, presentDocument } from './present.js';
import type { DocumentFilter } from './query.filter.js';
import { NEWEST_FIRST, type DocumentPosition } from './query.ordering.js';
import { documentsAt, findPage, findSequences } from './query.store.js';
import { recordDocument, type Description, type Push, type RecordedDocument } from './record-document.js';
import { publishAndRecord } from './recording.js';

/** A push of content that the tenant has; what is not said about it is as the content was last stored. */
export interface KnownPush extends Description {
  readonly checksum_sha256: string;
  readonly original_filename: string | undefined;
  readonly mime_type: string | undefined;
}

export interface Page {
  readonly documents: Document[];
  /** After which place the next page starts; undefined on the last. */
  readonly next: DocumentPosition | undefined;
}

/** A change of metadata, and what the index needs for it: of a document's content, read before. */
export interface PreparedUpdate {
  readonly change: MetadataChange;
  readonly precondition: Precondition | undefined;
  readonly prepared: PreparedText | undefined;
}

/** Which content to open, as it was looked up. */
export type OpenableContent = Pick<Document, 'document_id' | 'version' | 'checksum_sha256'>;

/** Documents that are selected in one step: a few milliseconds of work. */
const SELECTED_AT_ONCE = 4000;
/** More missing documents than this need no naming. */
const NAMED_MISSING = 20;

export interface DocumentsOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly indexing: ContentIndexing;
  readonly createId?: () => string;
}

export class Documents {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #indexing: ContentIndexing;
  readonly #createId: () => string;

  constructor({ db, blobs, clock, indexing, createId = createDocumentId }: DocumentsOptions) {
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#indexing = indexing;
    this.#createId = createId;
  }

  /** Stores a document with its first version. */
  async push(principal: Principal, push: Push): Promise<Document> {
    const { tenant_id } = principal;
    const { content, filename: original_filename, declared_type } = push;
    const mime_type = mediaTypeOf(original_filename, declared_type);
    const prepare = () =>
      this.#indexing.prepare({ ...content, original_filename, mime_type, read: () => content.read() });
    const { document, sequence } = await publishAndRecord(
      this.#db,
      tenant_id,
      content,
      prepare,
      async (tx, prepared) => {
        const recorded = await recordDocument(
          tx,
          principal,
          { ...push, mime_type, prepared },
          this.#clock.now(),
          this.#createId,
        );
        await push.onRecorded?.(tx, recorded.document);
        return recorded;
      },
    );
    return await this.#indexing.settle(tenant_id, sequence, document);
  }

  /**
   * Stores a document whose content the tenant has already.
   *
   * @throws Problem `content_not_found`
   */
  async pushKnown(principal: Principal, { checksum_sha256, ...push }: KnownPush): Promise<Document> {
    const content = await findKnownContent(this.#db.read, this.#blobs, principal, checksum_sha256);
    const { original_filename: filename = content.original_filename, mime_type = content.mime_type, ...said } = push;
    return await this.push(principal, { ...said, content, filename, declared_type: mime_type });
  }

  /** The document's metadata, with the facts of its current version or of another one. */
  async get(principal: Principal, document_id: string, version?: number): Promise<Document> {
    return store.toDocument(await presentDocument(this.#db.read, principal, 'read', document_id, version));
  }

  /** What is to be known of the document's content before it is opened. */
  async getContent(principal: Principal, document_id: string, version?: number): Promise<store.ContentRow> {
    return await presentContent(this.#db.read, principal, 'read', document_id, version);
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
      if (error instanceof BlobMissingError) {
        await presentContent(this.#db.read, principal, 'read', document_id, version);
      }
      throw error;
    }
  }

  /**
   * One page of the documents that fulfil the filter.
   *
   * @param after where the page before ended; undefined starts with the first
   */
  async query(
    principal: Principal,
    filter: DocumentFilter,
    limit: number,
    after?: DocumentPosition,
    ordering = NEWEST_FIRST,
  ): Promise<Page> {
    const query = { filter: visibleTo(principal, filter), ordering, after };
    const found = await findPage(this.#db.read, principal.tenant_id, query, limit + 1);
    const page = found.slice(0, limit);
    return {
      documents: page.map(({ row }) => store.toDocument(row)),
      next: found.length > limit ? page.at(-1)?.position : undefined,
    };
  }

  /**
   * Which documents fulfil the filter, the oldest first: their places in the journal, which never change.
   *
   * @returns undefined when they are more than `limit`
   */
  async select(principal: Principal, filter: DocumentFilter, limit: number): Promise<number[] | undefined> {
    const visible = visibleTo(principal, filter);
    const found: number[] = [];
    for (let below: number | undefined; ; below = found.at(-1)) {
      const page = await findSequences(this.#db.read, principal.tenant_id, visible, SELECTED_AT_ONCE, below);
      found.push(...page);
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
  async locate(principal: Principal, document_ids: readonly string[]): Promise<number[]> {
    const found = new Set<number>();
    const missing: string[] = [];
    for (const document_id of new Set(document_ids)) {
      const row = await this.#visible(principal, document_id);
      if (row) found.add(row.sequence);
      else missing.push(document_id);
    }
    if (missing.length > 0) throw documentsNotFound(missing);
    return [...found].sort((a, b) => a - b);
  }

  /** Those of these documents that are there, in any order. */
  async among(principal: Principal, document_ids: readonly string[]): Promise<Document[]> {
    const rows = await Promise.all(document_ids.map((id) => this.#visible(principal, id)));
    return rows.flatMap((row) => (row ? [store.toDocument(row)] : []));
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
  async update(
    principal: Principal,
    document_id: string,
    change: MetadataChange,
    precondition?: Precondition,
  ): Promise<Document> {
    const { tenant_id } = principal;
    const prepared = await this.#indexing.prepareStored(this.#db.read, principal, document_id);
    const { document, sequence } = await this.#db.write((tx) =>
      this.updateWithin(tx, principal, document_id, { change, precondition, prepared }),
    );
    return await this.#indexing.settle(tenant_id, sequence, document);
  }

  /**
   * The same within a transaction. What it refuses it refuses before it has changed anything. A document that has to wait
   * for the index afterwards is to be settled by whoever commits.
   */
  async updateWithin(
    tx: Session,
    principal: Principal,
    document_id: string,
    { change, precondition, prepared }: PreparedUpdate,
  ): Promise<RecordedDocument> {
    const { tenant_id } = principal;
    const row = await presentDocument(tx, principal, 'write', document_id);
    assertMet(precondition, row);
    const { name, description } = change;
    const tags = changedTags(JSON.parse(row.tags) as string[], change);
    if (tags) await this.#assertKept(tx, principal, document_id, tags);
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
    await indexCurrent(tx, tenant_id, document_id, prepared);
    const updated = await presentDocument(tx, principal, 'write', document_id);
    return { document: store.toDocument(updated), sequence: row.sequence };
  }

  async #visible(principal: Principal, document_id: string): Promise<store.DocumentRow | undefined> {
    if (!(await may(this.#db.read, principal, 'read', document_id))) return undefined;
    return await store.findDocument(this.#db.read, principal.tenant_id, document_id);
  }

  /** A document must not get out of a key's reach by losing a tag. */
  async #assertKept(tx: Session, principal: Principal, document_id: string, tags: readonly string[]): Promise<void> {
    if (isAllowedOnAll(principal.rights, 'write')) return;
    const collections = await collectionsOf(tx, principal.tenant_id, document_id);
    assertMayHave(principal, [...tags, ...collections.map(membershipLabel)]);
  }
}

function documentsNotFound(missing: readonly string[]): Problem {
  const named = missing.slice(0, NAMED_MISSING).join(', ');
  const rest = missing.length - NAMED_MISSING;
  const these = rest > 0 ? `${named} and ${rest} more` : named;
  return new Problem('document_not_found', `There is no document ${these}.`);
}
