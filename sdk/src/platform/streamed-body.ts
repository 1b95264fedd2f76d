import type { TransferProgress } from '../contract.js';
import { SourceChangedError } from '../errors.js';
import type { Content } from '../form.js';
import type { IdleWatch } from '../transport/idle-watch.js';
import type { RequestBody } from '../transport/request-body.js';

/** Greater chunks of a source are sent in pieces, so that a slow network shows progress. */
const PIECE_BYTES = 64 * 1024;

export interface StreamedBodyOptions {
  /** Where in the (one) content to start: the bytes before it are there already, and count as transferred. */
  start?: number;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** The reading of the sources for one attempt to send them. */
interface Reading {
  source?: AsyncIterator<Uint8Array> | undefined;
  over: boolean;
}

/** A body that is sent as a stream, at the pace of the network: it never holds more than a chunk of its sources. */
export class StreamedBody implements RequestBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly #parts: readonly (Uint8Array | Content)[];
  readonly #start: number;
  readonly #onProgress: StreamedBodyOptions['onProgress'];
  /** Of the contents alone; undefined when one of them does not tell. */
  readonly #contentBytes: number | undefined;
  #reading: Reading = { over: true };
  #touched = false;
  #sourceError: unknown;

  /** @param parts what is sent, one after the other: contents, and the bytes between them */
  constructor(
    contentType: string,
    parts: readonly (Uint8Array | Content)[],
    { start = 0, onProgress }: StreamedBodyOptions,
  ) {
    this.#parts = parts;
    this.#start = start;
    this.#onProgress = onProgress;
    this.#contentBytes = sum(parts.map((part) => (part instanceof Uint8Array ? 0 : part.sizeBytes)));
    const length = sum(parts.map((part) => (part instanceof Uint8Array ? part.byteLength : part.sizeBytes)));
    this.headers = {
      'content-type': contentType,
      ...(length !== undefined && { 'content-length': String(length - start) }),
    };
  }

  get replayable(): boolean {
    return !this.#touched || this.#parts.every((part) => part instanceof Uint8Array || part.replayable);
  }

  get sourceError(): unknown {
    return this.#sourceError;
  }

  open(watch: IdleWatch): ReadableStream<Uint8Array> {
    const reading: Reading = { over: false };
    this.#reading = reading;
    const chunks = this.#chunks(reading);
    return new ReadableStream<Uint8Array>(
      {
        // Asked for the next chunk, so the network has taken the one before; until it is there, this side is busy.
        pull: async (controller) => {
          watch.busy();
          try {
            const { done, value } = await chunks.next();
            if (done) controller.close();
            else controller.enqueue(value);
          } catch (error) {
            if (!reading.over) this.#sourceError = error;
            throw error;
          }
          watch.waiting();
        },
        cancel: () => {
          letGo(reading);
        },
      },
      { highWaterMark: 0 },
    );
  }

  release(): void {
    letGo(this.#reading);
  }

  async *#chunks(reading: Reading): AsyncGenerator<Uint8Array, void, undefined> {
    const total = this.#contentBytes === undefined ? {} : { totalBytes: this.#contentBytes };
    let transferredBytes = this.#start;
    this.#onProgress?.({ transferredBytes, ...total });
    for (const part of this.#parts) {
      if (part instanceof Uint8Array) {
        yield part;
        continue;
      }
      for await (const piece of this.#contentPieces(part, reading)) {
        transferredBytes += piece.byteLength;
        yield piece;
        this.#onProgress?.({ transferredBytes, ...total });
      }
    }
  }

  async *#contentPieces(content: Content, reading: Reading): AsyncGenerator<Uint8Array, void, undefined> {
    const { sizeBytes, filename } = content;
    let position = this.#start;
    reading.source = undefined;
    for (
      let chunk = await this.#read(content, reading);
      chunk !== undefined;
      chunk = await this.#read(content, reading)
    ) {
      for (let start = 0; start < chunk.byteLength; start += PIECE_BYTES) {
        const piece = chunk.subarray(start, start + PIECE_BYTES);
        position += piece.byteLength;
        if (sizeBytes !== undefined && position > sizeBytes) throw new SourceChangedError(filename);
        yield piece;
      }
    }
    if (sizeBytes !== undefined && position < sizeBytes) throw new SourceChangedError(filename);
  }

  /** The content's next chunk; undefined at its end. */
  async #read(content: Content, reading: Reading): Promise<Uint8Array | undefined> {
    this.#touched = true;
    reading.source ??= content.open(this.#start);
    const next = await reading.source.next();
    // A source that was let go of looks like one that has ended: its body must not be completed.
    if (reading.over) throw new Error('The upload was broken off.');
    if (next.done) return undefined;
    // A stream of a caller without types may yield anything.
    const chunk: unknown = next.value;
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A stream to upload must yield Uint8Array chunks.');
    return chunk;
  }
}

function sum(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce(
    (total, number) => (total === undefined || number === undefined ? undefined : total + number),
    0,
  );
}

/** Ends a reading. Not waited for: a source that hangs must not hold up the error that ended the attempt. */
function letGo(reading: Reading): void {
  if (reading.over) return;
  reading.over = true;
  reading.source?.return?.().catch(() => undefined);
}
