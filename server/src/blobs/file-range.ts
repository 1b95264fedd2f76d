import fs from 'node:fs';
import type { ByteRange, ByteStream } from '../kernel/content.js';
import { readAt } from './file-operations.js';
import { borrowBuffer, returnBuffer, SMALL_READ_BYTES } from './read-buffers.js';

/**
 * Opens `range` of the file for one reading. A range that fits a small buffer is read at once, without the thread pool
 * (open, read and close take a sixth of the time of three turns of it); a larger one is read while it is sent.
 *
 * @throws the operating system's error when the file cannot be opened, before the first byte
 */
export function openFileRange(filePath: string, range: ByteRange): ByteStream {
  const length = range.end - range.start + 1;
  // Also for nothing of it: whether it is there must be known before the first byte.
  const fd = fs.openSync(filePath, 'r');
  if (length > SMALL_READ_BYTES) return { [Symbol.asyncIterator]: () => new FileRangeIterator(fd, range) };
  try {
    const content = Buffer.allocUnsafe(Math.max(0, length));
    if (length > 0 && fs.readSync(fd, content, 0, length, range.start) < length) throw shortFile();
    return singleChunk(content);
  } finally {
    fs.closeSync(fd);
  }
}

function singleChunk(chunk: Uint8Array): ByteStream {
  return {
    async *[Symbol.asyncIterator]() {
      if (chunk.length > 0) yield chunk;
    },
  };
}

function shortFile(): Error {
  return new Error(`a blob is shorter than its record says`);
}

/**
 * Reads ahead into one of two borrowed buffers while the other is being sent. A class and not a generator, because a
 * generator that is left before its first step never runs its `finally`, and the descriptor would stay open.
 */
class FileRangeIterator implements AsyncIterator<Uint8Array, undefined> {
  readonly #fd: number;
  #position: number;
  readonly #end: number;
  /** The second one is only borrowed when one read was not enough. */
  readonly #buffers: Buffer[] = [];
  #turn = 0;
  #ahead: Promise<number> | undefined;
  #closed = false;

  constructor(fd: number, range: ByteRange) {
    this.#fd = fd;
    this.#position = range.start;
    this.#end = range.end;
    this.#ahead = this.#read();
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#ahead === undefined) {
      await this.#close();
      return { done: true, value: undefined };
    }
    try {
      const bytesRead = await this.#ahead;
      if (bytesRead === 0) throw shortFile();
      const buffer = this.#buffers[this.#turn] as Buffer;
      this.#turn = 1 - this.#turn;
      this.#position += bytesRead;
      this.#ahead = this.#position > this.#end ? undefined : this.#read();
      return { done: false, value: buffer.subarray(0, bytesRead) };
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#close();
    return { done: true, value: undefined };
  }

  #read(): Promise<number> {
    const left = this.#end - this.#position + 1;
    const buffer = (this.#buffers[this.#turn] ??= borrowBuffer(left));
    const reading = readAt(this.#fd, buffer, Math.min(buffer.length, left), this.#position);
    // The failure is met by the next step; until then it must not count as unhandled.
    reading.catch(() => undefined);
    return reading;
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // The kernel may still be writing into a buffer: it can be lent out again only after that.
    await this.#ahead?.catch(() => 0);
    for (const buffer of this.#buffers) returnBuffer(buffer);
    fs.closeSync(this.#fd);
  }
}
