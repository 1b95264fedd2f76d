import pLimit from 'p-limit';
import { BlobMissingError, type BlobStore } from '../../blobs/index.js';
import type { Database } from '../../db/index.js';
import type { ByteRange } from '../../kernel/content.js';
import { serverPrincipal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { busyWith, inTurn } from '../../kernel/turn.js';
import { presentContent, type ContentRow } from '../documents/index.js';

/** Jobs with more content than this are heavy: they do not hold up the light ones. */
const HEAVY_BYTES = 1024 * 1024;
/** Jobs that may have their contents in memory at once. */
const JOBS = { light: 16, heavy: 2 };
/** Jobs of either kind that may wait for their turn; more are asked to come again. */
const WAITING = 256;
const SUBJECT = 'the text of other documents';

/** Brings contents into memory for work on their text, within bounds: of one content, and of all at once. */
export class TextContents {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #maxBytes: number;
  readonly #queueMs: number;
  readonly #light = pLimit(JOBS.light);
  readonly #heavy = pLimit(JOBS.heavy);

  /**
   * @param maxBytes the largest content that is read as text
   * @param queueMs how long a job may wait for its turn
   */
  constructor(db: Database, blobs: BlobStore, maxBytes: number, queueMs = Infinity) {
    this.#db = db;
    this.#blobs = blobs;
    this.#maxBytes = maxBytes;
    this.#queueMs = queueMs;
  }

  /**
   * Runs a job that holds whole contents in memory, as soon as it is its turn.
   *
   * @param bytes how much content that is
   * @throws Problem `unavailable` when too many wait already or it waits too long, and whatever the job throws
   */
  async run<T>(bytes: number, job: () => Promise<T>): Promise<T> {
    const limit = bytes > HEAVY_BYTES ? this.#heavy : this.#light;
    if (limit.pendingCount >= WAITING) throw busyWith(SUBJECT);
    return await limit(inTurn(this.#queueMs, SUBJECT, job));
  }

  /**
   * The whole of a content, for a job that is running.
   *
   * @throws Problem `text_too_large`; `document_not_found` or `version_removed` when it was removed meanwhile
   */
  async load(tenant_id: string, content: ContentRow): Promise<Uint8Array> {
    const { document_id, version, size_bytes } = content;
    if (!this.isReadable(size_bytes)) {
      const limit = `${this.#maxBytes} bytes (DOCUMENT_MAX_TEXT_BYTES)`;
      throw new Problem(
        'text_too_large',
        `Version ${version} of ${document_id} has ${size_bytes} bytes; as text, up to ${limit} are read. Pull it instead.`,
      );
    }
    return await this.loadRange(tenant_id, content, { start: 0, end: size_bytes - 1 });
  }

  /** A range of a content, whatever the size of the whole. */
  async loadRange(tenant_id: string, content: ContentRow, range: ByteRange): Promise<Uint8Array> {
    const { document_id, version, checksum_sha256 } = content;
    try {
      return await this.#blobs.read({ tenant_id, checksum_sha256 }, range);
    } catch (error) {
      if (error instanceof BlobMissingError) {
        // Whoever asks for it has been let in already.
        await presentContent(this.#db.read, serverPrincipal(tenant_id, 'reader'), 'read', document_id, version);
      }
      throw error;
    }
  }

  /** Whether content of this size is read as text. */
  isReadable(size_bytes: number): boolean {
    return size_bytes <= this.#maxBytes;
  }
}
