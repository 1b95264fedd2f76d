import { connect, type Socket } from 'node:net';

import { bodyAfter, type AnswerBody, type BodySink } from './answer-body.js';

/** An answer, without its body. */
export interface Answer {
  readonly status: number;
  /** Status line and header fields as they came. */
  readonly head: string;
  /** Of its content, without what holds chunks together. */
  readonly bodyBytes: number;
}

const READ_BUFFER_BYTES = 256 * 1024;
const HEAD_END = '\r\n\r\n';
const NO_BYTES = Buffer.alloc(0);

/**
 * An HTTP/1.1 client that does as little as possible: one socket, one request at a time, one read buffer for all
 * answers, bytes in and bytes out. It understands `Content-Length` and chunks and nothing else; an answer of another shape
 * is an error, so that it cannot pass for a fast one.
 */
export class KeepAliveConnection {
  readonly #socket: Socket;
  #head: Buffer = NO_BYTES;
  #answerHead: string | undefined;
  #status = 0;
  #body: AnswerBody | undefined;
  #bodyBytes = 0;
  #sink: BodySink | undefined;
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  #failure: Error | undefined;

  private constructor(port: number) {
    const buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          this.#read(buffer.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /**
   * @param port on 127.0.0.1
   * @throws the socket's error when nothing listens there
   */
  static async open(port: number): Promise<KeepAliveConnection> {
    const connection = new KeepAliveConnection(port);
    await new Promise<void>((resolve, reject) => {
      connection.#socket.once('connect', resolve).once('error', reject);
    });
    return connection;
  }

  /**
   * Sends one request and waits for the whole answer.
   * @param pieces the request's bytes, head and body
   * @param sink gets the body of the answer
   * @throws Error when the connection breaks or the answer is not HTTP/1.1 with a length or in chunks
   */
  async send(pieces: readonly Uint8Array[], sink?: BodySink): Promise<Answer> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#sink = sink;
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#write(pieces);
    return answer;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Corked, a small request is one system call; a large one must not pile up in memory, so it waits for `drain`. */
  #write(pieces: readonly Uint8Array[], from = 0): void {
    const socket = this.#socket;
    socket.cork();
    for (let index = from; index < pieces.length; index += 1) {
      const piece = pieces[index];
      if (piece === undefined) break;
      const more = socket.write(piece);
      if (!more && index - from >= 3) {
        socket.once('drain', () => this.#write(pieces, index + 1));
        break;
      }
    }
    socket.uncork();
  }

  #read(chunk: Buffer): void {
    if (this.#settle === undefined)
      return this.#fail(new Error(`bytes that nobody asked for: ${chunk.toString('latin1', 0, 200)}`));
    let body = chunk;
    if (this.#answerHead === undefined) {
      const head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) {
        this.#head = Buffer.from(head);
        return;
      }
      this.#head = NO_BYTES;
      if (!this.#readHead(head.toString('latin1', 0, end))) return;
      body = head.subarray(end + HEAD_END.length);
    }
    this.#takeBody(body);
  }

  #takeBody(bytes: Buffer): void {
    try {
      const ended = this.#body?.take(bytes, (piece) => {
        this.#bodyBytes += piece.length;
        this.#sink?.(piece);
      });
      if (ended === true) this.#finish();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #readHead(head: string): boolean {
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? Number.NaN);
    const body = Number.isNaN(status) ? undefined : bodyAfter(status, head);
    if (body === undefined) {
      this.#fail(new Error(`not an answer with Content-Length or in chunks: ${head.slice(0, 300)}`));
      return false;
    }
    this.#answerHead = head;
    this.#status = status;
    this.#body = body;
    this.#bodyBytes = 0;
    return true;
  }

  #finish(): void {
    const answer = { status: this.#status, head: this.#answerHead ?? '', bodyBytes: this.#bodyBytes };
    const settle = this.#settle;
    this.#answerHead = undefined;
    this.#settle = undefined;
    settle?.resolve(answer);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#settle?.reject(this.#failure);
    this.#settle = undefined;
    this.#socket.destroy();
  }
}
