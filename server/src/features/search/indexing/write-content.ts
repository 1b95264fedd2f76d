/** How a content that was indexed later gets into the index. */
import { gzipSync } from 'node:zlib';
import { statement, type Session } from '../../../db/index.js';
import {
  beginningOnly,
  prepareText,
  replaceIndexEntry,
  setIndexStatus,
  type IndexOutcome,
  type PreparedText,
} from '../../documents/index.js';
import { indexText, type IndexedText } from '../../../search-index/index.js';
import { headingTitles } from '../../../text/index.js';
import { findPending } from './pending.store.js';

/**
 * What is known of a content that waits: its bytes, one more than are indexed where there are more, the text that was in it, or why there is none.
 */
export type ContentSource =
  | { readonly bytes: Uint8Array }
  | { readonly extracted: string; readonly complete: boolean }
  | { readonly reason: string };

/** A content that is to be indexed, of a document that waits for it. */
export interface ContentJob {
  readonly tenant_id: string;
  readonly sequence: number;
  readonly checksum_sha256: string;
  readonly source: ContentSource;
  /** How many bytes of text are indexed. */
  readonly maxTextBytes: number;
}

/** What has a connection that writes. */
export interface Writer {
  write<T>(work: (tx: Session) => Promise<T>): Promise<T>;
}

/**
 * Indexes a content. What takes time (making terms) comes before the transaction, in which the document is looked at again.
 *
 * @returns what is to be said of the document; undefined when it does not wait for this content any more
 */
export async function writeContent(writer: Writer, job: ContentJob): Promise<IndexOutcome | undefined> {
  const { tenant_id, sequence, checksum_sha256, source } = job;
  const { index_reason, index_status, text } = prepare(job);
  const compressed = 'extracted' in source ? gzipSync(source.extracted) : undefined;
  return await writer.write(async (tx) => {
    const document = await findPending(tx, tenant_id, sequence);
    if (document?.checksum_sha256 !== checksum_sha256) return undefined;
    await replaceIndexEntry(tx, sequence, { ...document, tags: JSON.parse(document.tags) as string[] }, text);
    if (compressed) await tx.run(keepText, { tenant_id, sequence, checksum_sha256, text: compressed });
    await tx.run(setIndexStatus, { tenant_id, sequence, index_status, index_reason });
    return { index_status, index_reason };
  });
}

function prepare({ source, maxTextBytes }: ContentJob): Omit<PreparedText, 'checksum_sha256'> {
  if ('reason' in source) return { index_status: 'not_indexed', index_reason: source.reason, text: undefined };
  if ('bytes' in source) return prepareText(source.bytes, maxTextBytes);
  const text = prepareExtracted(source.extracted);
  return source.complete
    ? { index_status: 'indexed', index_reason: '', text }
    : { index_status: 'partial', index_reason: beginningOnly(maxTextBytes), text };
}

/** What the index has of a text that was extracted. */
export function prepareExtracted(text: string): IndexedText {
  return indexText(text, headingTitles(text).join('\n'));
}

const keepText = statement<{ tenant_id: string; sequence: number; checksum_sha256: string; text: Uint8Array }>(
  (knex, $) =>
    knex('extracted_texts')
      .insert({
        sequence: $('sequence'),
        tenant_id: $('tenant_id'),
        checksum_sha256: $('checksum_sha256'),
        text: $('text'),
      })
      .onConflict(['tenant_id', 'sequence'])
      .merge(['checksum_sha256', 'text']),
);
