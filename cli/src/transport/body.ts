/** What the body of a request or a response can be made of. */
export type BodyContent =
  string | Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * The reading half that requests and responses share. Content stays what it is until somebody asks for it: a web stream
 * is only built when `body` is read, so that a small JSON answer never loads Node's stream adapters.
 */
export class LightBody {
  #content: BodyContent | null;
  #used = false;

  constructor(content: BodyContent | null) {
    this.#content = content;
  }

  /** The content as a web stream of bytes, null where there is none. */
  get body(): ReadableStream<Uint8Array> | null {
    const content = this.#content;
    if (content === null || content instanceof ReadableStream) {
      return content;
    }
    const stream = streamOf(chunksOf(content));
    this.#content = stream;
    return stream;
  }

  get bodyUsed(): boolean {
    return this.#used || (this.#content instanceof ReadableStream && this.#content.locked);
  }

  /** The content, for the transport that sends it. Like every reading it can be done once; TypeError after that. */
  takeContent(): BodyContent | null {
    if (this.bodyUsed) {
      throw new TypeError('Body is unusable: Body has already been read');
    }
    this.#used = this.#content !== null;
    return this.#content;
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const content = this.takeContent();
    const chunks: Uint8Array[] = [];
    if (content !== null) {
      for await (const chunk of chunksOf(content)) {
        chunks.push(chunk);
      }
    }
    const joined = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
    let offset = 0;
    for (const chunk of chunks) {
      joined.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return joined;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

/** The content's bytes, piece by piece, as they become available. */
export function chunksOf(content: BodyContent): AsyncIterable<Uint8Array> {
  if (typeof content === 'string') {
    return single(new TextEncoder().encode(content));
  }
  if (content instanceof Uint8Array) {
    return single(content);
  }
  if (content instanceof ArrayBuffer) {
    return single(new Uint8Array(content));
  }
  const stream = content instanceof Blob ? content.stream() : content;
  return stream instanceof ReadableStream ? chunksOfStream(stream) : stream;
}

/** As the stream's own iterator, but that one lets go of the stream at the end, which costs Node 6 ms the first time. */
function chunksOfStream(stream: ReadableStream<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done, value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* single(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const result = await iterator.next();
        if (result.done === true) {
          controller.close();
        } else {
          controller.enqueue(result.value);
        }
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    // Nothing is read ahead of the reader: a slow disk slows the sender down instead of filling the memory.
    { highWaterMark: 0 },
  );
}

/** How many bytes the content has; undefined for a stream, whose end nobody knows yet. */
export function lengthOf(content: BodyContent): number | undefined {
  if (typeof content === 'string') {
    return Buffer.byteLength(content);
  }
  if (content instanceof Uint8Array || content instanceof ArrayBuffer) {
    return content.byteLength;
  }
  return content instanceof Blob ? content.size : undefined;
}

/** The `Content-Type` that fetch gives to content of this kind when the caller names none. */
export function mediaTypeOf(content: BodyContent): string | undefined {
  if (typeof content === 'string') {
    return 'text/plain;charset=UTF-8';
  }
  return content instanceof Blob && content.type !== '' ? content.type : undefined;
}
