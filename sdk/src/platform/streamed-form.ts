import { SourceChangedError } from '../errors.js';
import { type MultipartFrame, multipartFrame } from '../multipart.js';
import type { IdleWatch } from '../transport/idle-watch.js';
import type { RequestBody } from '../transport/request-body.js';
import type { Form } from '../form.js';

/** Greater chunks of a source are sent in pieces, so that a slow network shows progress. */
const PIECE_BYTES = 64 * 1024;

/** The reading of the source for one attempt to send it. */
interface Reading {
  source?: AsyncIterator<Uint8Array>;
  over: boolean;
}

/** A form that is sent as a stream, at the pace of the network: it never holds more than a chunk of its source. */
export class StreamedForm implements RequestBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly #form: Form;
  readonly #frame: MultipartFrame;
  #reading: Reading = { over: true };
  #touched = false;
  #sourceError: unknown;

  constructor(form: Form) {
    const { fields, content } = form;
    this.#form = form;
    this.#frame = multipartFrame(fields, content);
    const { contentType, head, tail } = this.#frame;
    this.headers = {
      'content-type': contentType,
      ...(content.sizeBytes !== undefined && {
        'content-length': String(head.byteLength + content.sizeBytes + tail.byteLength),
      }),
    };
  }

  get replayable(): boolean {
    return this.#form.content.replayable || !this.#touched;
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
    yield this.#frame.head;
    yield* this.#contentPieces(reading);
    yield this.#frame.tail;
  }

  async *#contentPieces(reading: Reading): AsyncGenerator<Uint8Array, void, undefined> {
    const { content, onProgress } = this.#form;
    const { sizeBytes, filename } = content;
    const total = sizeBytes === undefined ? {} : { totalBytes: sizeBytes };
    let transferredBytes = 0;
    onProgress?.({ transferredBytes, ...total });
    for (let chunk = await this.#read(reading); chunk !== undefined; chunk = await this.#read(reading)) {
      for (let start = 0; start < chunk.byteLength; start += PIECE_BYTES) {
        const piece = chunk.subarray(start, start + PIECE_BYTES);
        transferredBytes += piece.byteLength;
        if (sizeBytes !== undefined && transferredBytes > sizeBytes) throw new SourceChangedError(filename);
        yield piece;
        onProgress?.({ transferredBytes, ...total });
      }
    }
    if (sizeBytes !== undefined && transferredBytes < sizeBytes) throw new SourceChangedError(filename);
  }

  /** The source's next chunk; undefined at its end. */
  async #read(reading: Reading): Promise<Uint8Array | undefined> {
    this.#touched = true;
    reading.source ??= this.#form.content.open();
    const next = await reading.source.next();
    // A source that was let go of looks like one that has ended: its form must not be completed.
    if (reading.over) throw new Error('The upload was broken off.');
    if (next.done) return undefined;
    // A stream of a caller without types may yield anything.
    const chunk: unknown = next.value;
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A stream to upload must yield Uint8Array chunks.');
    return chunk;
  }
}

/** Ends a reading. Not waited for: a source that hangs must not hold up the error that ended the attempt. */
function letGo(reading: Reading): void {
  if (reading.over) return;
  reading.over = true;
  reading.source?.return?.().catch(() => undefined);
}
