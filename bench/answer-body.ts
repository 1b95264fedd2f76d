/** Gets the pieces of a body. They lie in a buffer that the next piece overwrites: copy what shall stay. */
export type BodySink = (piece: Buffer) => void;

/** The body of an answer, as it comes off the wire. */
export interface AnswerBody {
  /**
   * @param bytes what came next
   * @param sink gets the content of it
   * @returns whether the body has ended with that
   * @throws Error when the bytes are not what must come, or go on behind the end
   */
  take(bytes: Buffer, sink: BodySink): boolean;
}

/**
 * How the body of an answer comes: by its status none, or as its header fields say (RFC 9112, 6.3).
 * @returns undefined when the fields tell neither a length nor chunks
 */
export function bodyAfter(status: number, head: string): AnswerBody | undefined {
  if (status === 204 || status === 304) return new SizedBody(0);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return new SizedBody(Number(length));
  return /\r\ntransfer-encoding: *chunked/i.test(head) ? new ChunkedBody() : undefined;
}

class SizedBody implements AnswerBody {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  take(bytes: Buffer, sink: BodySink): boolean {
    if (bytes.length > this.#left) throw new Error('more bytes than Content-Length says');
    this.#left -= bytes.length;
    if (bytes.length > 0) sink(bytes);
    return this.#left === 0;
  }
}

const LINE_FEED = 0x0a;
const LONGEST_LINE = 1024;

/** Chunks, each behind a line with its size in hex (RFC 9112, 7.1). */
class ChunkedBody implements AnswerBody {
  /** What the next line is, when no content comes first: the end of a chunk's content, a size, or a trailer. */
  #awaits: 'end of chunk' | 'size' | 'trailer' | 'nothing' = 'size';
  /** Of the chunk. */
  #left = 0;
  /** The start of a line whose end has not come. */
  #line = '';

  take(bytes: Buffer, sink: BodySink): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const piece = bytes.subarray(at, at + this.#left);
        this.#left -= piece.length;
        at += piece.length;
        sink(piece);
        continue;
      }
      const end = bytes.indexOf(LINE_FEED, at);
      this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
      if (this.#line.length > LONGEST_LINE) throw new Error('not a chunk of a body');
      if (end < 0) break;
      this.#read(this.#line.replace(/\r$/, ''));
      this.#line = '';
      at = end + 1;
    }
    return this.#awaits === 'nothing';
  }

  #read(line: string): void {
    if (this.#awaits === 'size') {
      if (!/^[0-9a-f]+$/i.test(line)) throw new Error(`not the size of a chunk: ${line.slice(0, 100)}`);
      this.#left = Number.parseInt(line, 16);
      this.#awaits = this.#left === 0 ? 'trailer' : 'end of chunk';
    } else if (this.#awaits === 'end of chunk') {
      if (line !== '') throw new Error('a chunk that is longer than its size');
      this.#awaits = 'size';
    } else if (this.#awaits === 'nothing') throw new Error('bytes behind the last chunk');
    else if (line === '') this.#awaits = 'nothing';
  }
}
