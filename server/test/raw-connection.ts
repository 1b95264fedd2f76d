/** A bare TCP connection, to send what no HTTP client would. */
import { once } from 'node:events';
import net from 'node:net';

export interface RawResponse {
  readonly status: number;
  /** By lower-case name; of a repeated header the last. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
  /** The body as JSON, where it is JSON; otherwise as text. */
  readonly body: unknown;
}

const HEADER_END = '\r\n\r\n';

export class RawConnection {
  readonly socket: net.Socket;
  /** Resolves when the connection is closed for good, by whomever. */
  readonly closed: Promise<void>;
  /** What came and was not read as a response yet; joined only when somebody looks at it. */
  #chunks: Buffer[] = [];
  #pendingBytes = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) =>
      socket.once('close', () => {
        resolve();
      }),
    );
    // A connection that the server resets is a normal end here.
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#pendingBytes += chunk.length;
      this.#wake?.();
    });
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.#ended = true;
        this.#wake?.();
      });
    }
  }

  static async open(port: number, host = '127.0.0.1'): Promise<RawConnection> {
    const socket = net.connect({ port, host, noDelay: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Sends bytes as they are; resolves when the kernel has them, or the connection has gone. */
  async write(data: string | Buffer): Promise<void> {
    await new Promise<void>((resolve) =>
      this.socket.write(data, () => {
        resolve();
      }),
    );
  }

  /** Says that nothing more will be sent, and still listens. */
  halfClose(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** How many bytes wait to be read as a response. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** The bytes that wait to be read as a response. */
  get pending(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  /**
   * Reads the next response whole.
   *
   * @param bodiless whether it answers a HEAD
   * @throws Error when the connection ends before it does
   */
  async response({ bodiless = false } = {}): Promise<RawResponse> {
    const headerEnd = await this.#until(() => this.pending.indexOf(HEADER_END));
    const [statusLine = '', ...lines] = this.pending.subarray(0, headerEnd).toString('latin1').split('\r\n');
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const status = Number(statusLine.split(' ')[1]);
    this.#take(headerEnd + HEADER_END.length);
    const bytes = bodiless || status === 304 || status < 200 ? Buffer.alloc(0) : await this.#body(headers);
    return { status, headers, bytes, body: readBody(headers['content-type'] ?? '', bytes) };
  }

  async #body(headers: Readonly<Record<string, string | undefined>>): Promise<Buffer> {
    if (headers['transfer-encoding'] === 'chunked') return this.#chunkedBody();
    const length = headers['content-length'];
    if (length !== undefined) {
      await this.#until(() => (this.#pendingBytes >= Number(length) ? 0 : -1));
      return this.#take(Number(length));
    }
    await this.closed;
    return this.#take(this.#pendingBytes);
  }

  async #chunkedBody(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for (;;) {
      const lineEnd = await this.#until(() => this.pending.indexOf('\r\n'));
      const length = parseInt(this.#take(lineEnd + 2).toString('latin1'), 16);
      await this.#until(() => (this.#pendingBytes >= length + 2 ? 0 : -1));
      chunks.push(this.#take(length + 2).subarray(0, length));
      if (length === 0) return Buffer.concat(chunks);
    }
  }

  #take(length: number): Buffer {
    const bytes = this.pending;
    this.#chunks = [bytes.subarray(length)];
    this.#pendingBytes -= length;
    return bytes.subarray(0, length);
  }

  async #until(find: () => number): Promise<number> {
    for (;;) {
      const found = find();
      if (found >= 0) return found;
      if (this.#ended) throw new Error(`the connection ended after: ${this.pending.toString('latin1').slice(0, 500)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function readBody(type: string, bytes: Buffer): unknown {
  const text = bytes.toString();
  return /[/+]json\b/.test(type) && text !== '' ? (JSON.parse(text) as unknown) : text;
}

/** Sends one request as it is written and reads one answer; the connection is closed after it. */
export async function rawExchange(
  port: number,
  request: string | Buffer,
  options?: { bodiless?: boolean },
): Promise<RawResponse> {
  const connection = await RawConnection.open(port);
  try {
    await connection.write(request);
    return await connection.response(options);
  } finally {
    connection.destroy();
  }
}

/** The header of a request: the request line, `Host`, then the given lines. */
export function requestHead(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
}
