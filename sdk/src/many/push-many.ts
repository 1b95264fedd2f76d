import type { Connection } from '../connection.js';
import { NetworkError } from '../errors.js';
import type { Content } from '../form.js';
import { given } from '../given.js';
import { uploadDocument } from '../upload.js';
import { contentOf } from '../upload-source.js';
import { type BatchOutcome, pushBatch, type SmallFile } from './push-batch.js';
import type { PushItem, PushManyOptions, PushResult } from './push-item.js';
import { Slots } from './slots.js';
import { Tally } from './tally.js';

const DEFAULT_CONCURRENCY = 4;
/** From here on a request of its own costs little beside the content. */
const SMALL_BYTES = 1024 * 1024;
const BATCH_FILES = 500;
const BATCH_BYTES = 8 * 1024 * 1024;
const UNKNOWN_TYPE = 'application/octet-stream';

/** An item whose content has been read, waiting for company. */
interface Waiting extends SmallFile {
  index: number;
  pushed: PushItem;
}

/**
 * Pushes many documents: small files together, large ones alone. No more than a few batches are held in memory.
 *
 * @returns what became of each item, in their order
 * @throws NetworkError when the server could not be reached and has answered nothing; the reason of an aborted signal;
 *   what `items` throws
 */
export async function pushMany(
  connection: Connection,
  items: Iterable<PushItem> | AsyncIterable<PushItem>,
  options: PushManyOptions,
): Promise<PushResult[]> {
  const push = new ManyPush(connection, options);
  try {
    for await (const item of items) await push.take(item);
    return await push.finish();
  } catch (error) {
    await push.settle();
    throw error;
  }
}

class ManyPush {
  readonly #connection: Connection;
  readonly #options: PushManyOptions;
  readonly #slots: Slots;
  readonly #tally: Tally;
  readonly #results: PushResult[] = [];
  #count = 0;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #unreachable: NetworkError | undefined;
  #answered = false;

  constructor(connection: Connection, options: PushManyOptions) {
    const { concurrency = DEFAULT_CONCURRENCY, onProgress } = options;
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new RangeError(`concurrency must be a whole number from 1 on, not ${concurrency}.`);
    }
    this.#connection = connection;
    this.#options = options;
    this.#slots = new Slots(concurrency);
    this.#tally = new Tally(onProgress);
  }

  /** Takes one item, and waits as long as there is more to be sent than may be held. */
  async take(item: PushItem): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const index = this.#count++;
    let content: Content;
    let bytes: Uint8Array | undefined;
    try {
      content = await contentOf(item.source, item);
      if (content.sizeBytes !== undefined && content.sizeBytes < SMALL_BYTES)
        bytes = await bytesOf(content, content.sizeBytes);
    } catch (error) {
      this.#settle(index, item, { error: error as Error });
      return;
    }
    if (bytes === undefined) {
      await this.#slots.start(() => this.#pushAlone(index, item, content.sizeBytes));
      return;
    }
    if (this.#waiting.length >= BATCH_FILES || this.#waitingBytes + bytes.byteLength > BATCH_BYTES)
      await this.#sendWaiting();
    this.#waiting.push({ index, pushed: item, bytes, item: manifestItem(item, content) });
    this.#waitingBytes += bytes.byteLength;
  }

  /** Sends what is left, and waits for everything. */
  async finish(): Promise<PushResult[]> {
    if (this.#waiting.length > 0) await this.#sendWaiting();
    this.#tally.complete();
    await this.#slots.settle();
    this.#options.signal?.throwIfAborted();
    if (this.#unreachable && !this.#answered) throw this.#unreachable;
    return this.#results;
  }

  /** Waits until nothing is under way any more. Never rejects. */
  async settle(): Promise<void> {
    await this.#slots.settle().catch(() => undefined);
  }

  async #sendWaiting(): Promise<void> {
    const files = this.#waiting;
    const sizeBytes = this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#slots.start(() => this.#pushTogether(files, sizeBytes));
  }

  async #pushTogether(files: readonly Waiting[], sizeBytes: number): Promise<void> {
    const { signal } = this.#options;
    const { onProgress, end } = this.#tally.add(sizeBytes);
    const outcomes = await this.#reaching(() => pushBatch(this.#connection, files, { signal, onProgress }));
    for (const [position, { index, pushed }] of files.entries()) {
      const outcome = Array.isArray(outcomes) ? outcomes[position] : outcomes;
      this.#settle(index, pushed, outcome ?? { error: new Error('The server did not answer for it.') });
    }
    end();
  }

  async #pushAlone(index: number, item: PushItem, sizeBytes: number | undefined): Promise<void> {
    const { signal } = this.#options;
    const { onProgress, end } = this.#tally.add(sizeBytes);
    const { source, ...said } = item;
    const outcome = await this.#reaching(async () => {
      try {
        return { document: await uploadDocument(this.#connection, source, { ...said, signal, onProgress }) };
      } catch (error) {
        if ((error instanceof NetworkError && error.refused) || signal?.aborted) throw error;
        return { error: error as Error };
      }
    });
    this.#settle(index, item, outcome);
    end();
  }

  /** Once the server is found to be out of reach, nothing more is tried. */
  async #reaching<Outcome>(push: () => Promise<Outcome>): Promise<Outcome | { error: Error }> {
    if (this.#unreachable) return { error: this.#unreachable };
    try {
      const outcome = await push();
      this.#answered = true;
      return outcome;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      this.#unreachable ??= error;
      return { error };
    }
  }

  #settle(index: number, item: PushItem, outcome: BatchOutcome): void {
    const result: PushResult = { index, item, ...outcome };
    this.#results[index] = result;
    this.#options.onResult?.(result);
  }
}

/** The whole of a small content. Read before it is sent, so that a file that cannot be read harms no other one. */
async function bytesOf(content: Content, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let position = 0;
  const chunks = { [Symbol.asyncIterator]: () => content.open() };
  for await (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.byteLength;
  }
  return bytes;
}

function manifestItem(
  { name, tags, description, collectionId: collection_id }: PushItem,
  { filename, contentType }: Content,
): SmallFile['item'] {
  const mime_type = contentType === UNKNOWN_TYPE ? undefined : contentType;
  return {
    original_filename: filename,
    ...given({ mime_type, name, tags: tags && [...tags], description, collection_id }),
  };
}
