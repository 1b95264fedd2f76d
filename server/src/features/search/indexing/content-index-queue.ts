/** Contents that are indexed after they were recorded: large texts, and formats that take time to read. */
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { BlobMissingError, type BlobStore } from '../../../blobs/index.js';
import type { Database } from '../../../db/index.js';
import { formatOf, type Extractor } from '../../../extraction/index.js';
import type { Clock } from '../../../kernel/clock.js';
import type { IndexOutcome, IndexQueue } from '../../documents/index.js';
import type { IndexThread } from './index-thread.js';
import { countPending, findPending, pendingAfter, type PendingContent } from './pending.store.js';
import { writeContent, type ContentSource } from './write-content.js';

export interface ContentIndexQueueOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly extractor: Extractor;
  readonly thread: IndexThread;
  /** How many bytes of a text are indexed. */
  readonly maxTextBytes: number;
  /** Is told of a content that could not be indexed because of a mistake of the server. */
  readonly report: (error: unknown) => void;
}

/** How long somebody who pushes waits for a large text to be indexed. */
const SETTLE_MS = 5000;
/** Contents of a slow format that are read into memory at all. */
const MAX_EXTRACTED_BYTES = 64 * 1024 * 1024;
/** Contents in memory at once, of each lane. */
const LANES = { texts: 2, extractions: 1 };
/** Between two looks for contents that nobody has told of: other servers leave them, or a crash. */
const SCAN_MS = 30_000;
const SCAN_STEP = 64;

type Job = Promise<IndexOutcome | undefined>;

/**
 * Indexes what waits. A text takes its turn beside what has to be extracted, so that it never waits for a slow format.
 * What is not done when the server ends is found again by the next one: it is in the rows that it waits.
 */
export class ContentIndexQueue implements IndexQueue {
  readonly #options: ContentIndexQueueOptions;
  readonly #texts = pLimit(LANES.texts);
  readonly #extractions = pLimit(LANES.extractions);
  readonly #jobs = new Map<number, Job>();
  #closed = false;

  constructor(options: ContentIndexQueueOptions) {
    this.#options = options;
  }

  async settle(tenant_id: string, sequence: number): Promise<IndexOutcome | undefined> {
    if (this.#closed) return undefined;
    const content = await findPending(this.#options.db.read, tenant_id, sequence);
    if (!content) return undefined;
    const job = this.#enqueue(content);
    if (laneOf(content) === 'extractions') return undefined;
    const patience = new AbortController();
    const tooLong = sleep(SETTLE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    try {
      return await Promise.race([job, tooLong]);
    } finally {
      patience.abort();
    }
  }

  /** How many contents wait, and how long the first of them has. */
  async state(): Promise<{ pending: number; oldest_seconds?: number }> {
    const { pending, since } = await countPending(this.#options.db.read);
    if (since === undefined) return { pending };
    const waited = this.#options.clock.now().getTime() - Date.parse(since);
    return { pending, oldest_seconds: Math.max(0, Math.floor(waited / 1000)) };
  }

  /**
   * Indexes whatever waits, now and from time to time.
   *
   * @returns stops looking
   */
  start(): () => Promise<void> {
    const stopping = new AbortController();
    const scanning = this.#scanRegularly(stopping.signal);
    return async () => {
      stopping.abort();
      await scanning;
    };
  }

  /** Takes nothing more; what is being indexed at this moment may break off, and waits for the next start. */
  close(): void {
    this.#closed = true;
    this.#texts.clearQueue();
    this.#extractions.clearQueue();
  }

  /** Indexes everything that waits; resolves when nothing does, or `signal` is aborted. */
  async drain(signal?: AbortSignal): Promise<void> {
    let last = { tenant_id: '', sequence: 0 };
    const aborted = new Promise<void>((resolve) => {
      signal?.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
    while (signal?.aborted !== true) {
      const places = await pendingAfter(this.#options.db.read, last, SCAN_STEP);
      const jobs = places.map(async ({ tenant_id, sequence }) => {
        const content = await findPending(this.#options.db.read, tenant_id, sequence);
        if (content) await this.#enqueue(content);
      });
      await Promise.race([Promise.all(jobs), aborted]);
      const next = places.at(-1);
      if (!next) return;
      last = next;
    }
  }

  async #scanRegularly(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.drain(signal).catch(this.#options.report);
      await sleep(SCAN_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** A content is worked on once at a time; whoever comes meanwhile waits for the same. */
  #enqueue(content: PendingContent): Job {
    const { sequence } = content;
    const known = this.#jobs.get(sequence);
    if (known) return known;
    const lane: LimitFunction = laneOf(content) === 'texts' ? this.#texts : this.#extractions;
    const job = lane(() => this.#work(content)).finally(() => this.#jobs.delete(sequence));
    this.#jobs.set(sequence, job);
    return job;
  }

  async #work(content: PendingContent): Job {
    const { thread, maxTextBytes, report } = this.#options;
    const { tenant_id, sequence, checksum_sha256 } = content;
    const job = { tenant_id, sequence, checksum_sha256, maxTextBytes };
    try {
      return await thread.write({ ...job, source: await this.#read(content) });
    } catch (error) {
      if (this.#closed) return undefined;
      report(error);
      const source = { reason: 'Indexing it failed; the server’s log says why.' };
      return await writeContent(this.#options.db, { ...job, source }).catch((failure: unknown) => {
        report(failure);
        return undefined;
      });
    }
  }

  async #read(content: PendingContent): Promise<ContentSource> {
    const { blobs, extractor, maxTextBytes } = this.#options;
    const { tenant_id, checksum_sha256, size_bytes, mime_type, original_filename } = content;
    const format = formatOf(mime_type, original_filename);
    if (format === 'binary') return { reason: `There is no text in ${mime_type}.`.slice(0, 200) };
    const isText = format === 'text' || format === 'unknown';
    if (!isText && size_bytes > MAX_EXTRACTED_BYTES) {
      return { reason: `It is larger than ${MAX_EXTRACTED_BYTES / 1024 ** 2} MiB.` };
    }
    // One more than is indexed tells that there is more.
    const end = isText ? Math.min(size_bytes, maxTextBytes + 1) : size_bytes;
    try {
      const bytes = await blobs.read({ tenant_id, checksum_sha256 }, { start: 0, end: end - 1 });
      if (isText) return { bytes };
      const extracted = await extractor.extract(format, bytes);
      return 'reason' in extracted ? extracted : { extracted: extracted.text, complete: !extracted.truncated };
    } catch (error) {
      if (error instanceof BlobMissingError) return { reason: 'Its bytes are missing.' };
      throw error;
    }
  }
}

function laneOf({ mime_type, original_filename }: PendingContent): keyof typeof LANES {
  const format = formatOf(mime_type, original_filename);
  return format === 'html' || format === 'pdf' || format === 'docx' ? 'extractions' : 'texts';
}
