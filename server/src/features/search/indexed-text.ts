/** The texts of documents as the index knows them, to be shown in parts. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BlobMissingError, type BlobStore } from '../../blobs/index.js';
import { statement, type Session } from '../../db/index.js';
import { formatOf, readPlainText } from '../../extraction/index.js';
import type { DocumentRow } from '../documents/index.js';

const decompress = promisify(gunzip);

/** Where texts lie. */
export interface TextSources {
  readonly session: Session;
  readonly blobs: BlobStore;
  /** How many bytes of a text are indexed. */
  readonly maxIndexedBytes: number;
}

export interface IndexedDocumentText {
  readonly text: string;
  /** False where the text was taken out of a format of its own (PDF), whose lines are others. */
  readonly lines_are_of_file: boolean;
}

const extractedText = statement<{ tenant_id: string; sequence: number; checksum_sha256: string }, { text: Uint8Array }>(
  (knex, $) =>
    knex('extracted_texts')
      .select('text')
      .where({ sequence: $('sequence'), tenant_id: $('tenant_id'), checksum_sha256: $('checksum_sha256') }),
);

/** Reads texts of a tenant's documents, no more bytes of all of them together than it is given. */
export class IndexedTexts {
  readonly #sources: TextSources;
  readonly #tenant_id: string;
  #bytesLeft: number;

  constructor(sources: TextSources, tenant_id: string, maxBytes: number) {
    this.#sources = sources;
    this.#tenant_id = tenant_id;
    this.#bytesLeft = maxBytes;
  }

  /** The text of a document's content, as much as is indexed. Undefined where there is none, or it would be too much. */
  async read(document: DocumentRow): Promise<IndexedDocumentText | undefined> {
    if (document.index_status !== 'indexed' && document.index_status !== 'partial') return undefined;
    const format = formatOf(document.mime_type, document.original_filename);
    return format === 'text' || format === 'unknown' ? await this.#stored(document) : await this.#extracted(document);
  }

  async #stored({ checksum_sha256, size_bytes }: DocumentRow): Promise<IndexedDocumentText | undefined> {
    const { blobs, maxIndexedBytes } = this.#sources;
    const length = Math.min(size_bytes, maxIndexedBytes);
    if (length === 0 || !this.#take(length)) return undefined;
    try {
      const content = await blobs.read({ tenant_id: this.#tenant_id, checksum_sha256 }, { start: 0, end: length - 1 });
      const plain = readPlainText(content, { maxTextBytes: maxIndexedBytes });
      return 'reason' in plain ? undefined : { text: plain.text, lines_are_of_file: true };
    } catch (error) {
      // It was deleted and collected since it was found.
      if (error instanceof BlobMissingError) return undefined;
      throw error;
    }
  }

  async #extracted({ checksum_sha256, sequence }: DocumentRow): Promise<IndexedDocumentText | undefined> {
    const key = { tenant_id: this.#tenant_id, sequence, checksum_sha256 };
    const [row] = await this.#sources.session.run(extractedText, key);
    if (!row) return undefined;
    const bytes = await decompress(row.text);
    return this.#take(bytes.length) ? { text: bytes.toString('utf8'), lines_are_of_file: false } : undefined;
  }

  #take(bytes: number): boolean {
    if (bytes > this.#bytesLeft) return false;
    this.#bytesLeft -= bytes;
    return true;
  }
}
