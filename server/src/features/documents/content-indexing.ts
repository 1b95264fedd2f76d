/** What of a content goes into the search index, made ready before the transaction that records it. */
import { BlobMissingError, type BlobStore } from '../../blobs/index.js';
import type { Session } from '../../db/index.js';
import { formatOf, readPlainText } from '../../extraction/index.js';
import type { IndexStatus } from '../../kernel/contract.js';
import type { Principal } from '../../kernel/principal.js';
import { indexText, type IndexedText } from '../../search-index/index.js';
import { headingTitles } from '../../text/index.js';
import { findContent } from './documents.store.js';
import { may } from './permission.js';

/** A content as the index has it, and whether that is all of it. */
export interface PreparedText {
  readonly checksum_sha256: string;
  readonly index_status: IndexStatus;
  /** Empty where there is nothing to say. */
  readonly index_reason: string;
  /** Nothing where the content is not text, or is indexed later. */
  readonly text: IndexedText | undefined;
}

/** A content and what it is called. */
export interface IndexableContent {
  readonly checksum_sha256: string;
  readonly size_bytes: number;
  readonly mime_type: string;
  readonly original_filename: string;
  read(): Promise<Uint8Array>;
}

/** What became of a document whose content was indexed later. */
export type IndexOutcome = Pick<PreparedText, 'index_status' | 'index_reason'>;

/** Whoever indexes what has to wait. */
export interface IndexQueue {
  /**
   * Tells of a document whose content waits, once that is committed.
   *
   * @returns what became of it; undefined when that takes longer than somebody who pushes should wait, or is not worth
   *   waiting for
   */
  settle(tenant_id: string, sequence: number): Promise<IndexOutcome | undefined>;
}

/**
 * Larger contents are indexed a moment after they were recorded, by a thread of its own: up to this size, making the terms
 * and writing them holds up the event loop for a few milliseconds.
 */
const INLINE_BYTES = 32 * 1024;

export class ContentIndexing {
  readonly #blobs: BlobStore;
  readonly #queue: IndexQueue;

  constructor(blobs: BlobStore, queue: IndexQueue) {
    this.#blobs = blobs;
    this.#queue = queue;
  }

  /** Reads a small text; says of any other content that it waits, or that there is nothing to index. */
  async prepare(content: IndexableContent): Promise<PreparedText> {
    const { checksum_sha256, mime_type, original_filename, size_bytes } = content;
    const pending = { checksum_sha256, index_status: 'pending', index_reason: '', text: undefined } as const;
    const format = formatOf(mime_type, original_filename);
    if (format === 'binary') return { ...pending, index_status: 'not_indexed', index_reason: noText(mime_type) };
    if ((format !== 'text' && format !== 'unknown') || size_bytes > INLINE_BYTES) return pending;
    return { checksum_sha256, ...prepareText(await content.read(), INLINE_BYTES) };
  }

  /**
   * The same for a content that is stored already, of a document that changes otherwise. Undefined when there is none that
   * the principal may change: the change will say so, and must not take longer where there is one.
   */
  async prepareStored(
    db: Session,
    principal: Principal,
    document_id: string,
    version?: number,
  ): Promise<PreparedText | undefined> {
    const { tenant_id } = principal;
    if (!(await may(db, principal, 'write', document_id))) return undefined;
    const content = await findContent(db, tenant_id, document_id, version);
    return content && (await this.prepareKnown(tenant_id, content));
  }

  /** The same for a content whose facts are known. Undefined when its bytes went meanwhile. */
  async prepareKnown(tenant_id: string, content: Omit<IndexableContent, 'read'>): Promise<PreparedText | undefined> {
    const { checksum_sha256, size_bytes, mime_type, original_filename } = content;
    const read = () => this.#blobs.read({ tenant_id, checksum_sha256 }, { start: 0, end: size_bytes - 1 });
    try {
      return await this.prepare({ checksum_sha256, size_bytes, mime_type, original_filename, read });
    } catch (error) {
      if (error instanceof BlobMissingError) return undefined;
      throw error;
    }
  }

  /**
   * Has a recorded document's content indexed if it waits for that, and resolves soon, whether that is done or not.
   *
   * @returns what is to be said of it
   */
  async settle<T extends { readonly index_status: IndexStatus; readonly index_reason?: string }>(
    tenant_id: string,
    sequence: number,
    document: T,
  ): Promise<T> {
    if (document.index_status !== 'pending') return document;
    const outcome = await this.#queue.settle(tenant_id, sequence);
    if (!outcome) return document;
    const { index_reason, index_status } = outcome;
    return { ...document, index_status, ...(index_reason !== '' && { index_reason }) };
  }
}

/** What the index has of the bytes of a text, of no more than its first `maxTextBytes`. */
export function prepareText(content: Uint8Array, maxTextBytes: number): Omit<PreparedText, 'checksum_sha256'> {
  const plain = readPlainText(content, { maxTextBytes });
  if ('reason' in plain) return { index_status: 'not_indexed', index_reason: plain.reason, text: undefined };
  const text = indexText(plain.text, headingTitles(plain.text).join('\n'));
  if (!plain.truncated) return { index_status: 'indexed', index_reason: '', text };
  return { index_status: 'partial', index_reason: beginningOnly(maxTextBytes), text };
}

/** Why a content is indexed by its beginning only. */
export function beginningOnly(maxTextBytes: number): string {
  return `Only the first ${maxTextBytes} bytes of text are indexed (DOCUMENT_MAX_INDEXED_BYTES).`;
}

function noText(mime_type: string): string {
  return `There is no text in ${mime_type}.`.slice(0, 200);
}
