import { platform } from '#platform';
import type { Content } from './form.js';

/**
 * What can be uploaded: a file's path (Node only), a `Blob` or `File`, bytes, or a stream of bytes (also Node's
 * `Readable`).
 */
export type UploadSource = string | Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * @param named what the caller says about the content: it comes before what the source says of itself
 * @throws TypeError when the source is none, or has no file name; the file system's error for a path that cannot be read
 */
export async function contentOf(
  source: UploadSource,
  named: { filename?: string | undefined; contentType?: string | undefined },
): Promise<Content> {
  if (typeof source === 'string') {
    const file = await platform.openPath(source);
    return { ...file, filename: named.filename ?? file.filename, contentType: named.contentType ?? file.contentType };
  }
  if (source instanceof Blob) {
    return {
      filename: named.filename ?? nameOfFile(source),
      contentType: named.contentType ?? (source.type || UNKNOWN_TYPE),
      sizeBytes: source.size,
      replayable: true,
      blob: source,
      open: () => readStream(source.stream()),
    };
  }
  if (source instanceof Uint8Array) {
    return bytesContent(source, named.filename ?? missingFilename('an array of bytes'), named.contentType);
  }
  return {
    filename: named.filename ?? missingFilename('a stream'),
    contentType: named.contentType ?? UNKNOWN_TYPE,
    replayable: false,
    open: openerOf(source),
  };
}

/** Bytes that are in memory. */
export function bytesContent(bytes: Uint8Array, filename: string, contentType = UNKNOWN_TYPE): Content {
  const open = (): AsyncIterator<Uint8Array> => once(bytes);
  return { filename, contentType, sizeBytes: bytes.byteLength, replayable: true, open };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined, undefined> {
  yield await Promise.resolve(bytes);
}

function openerOf(source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): () => AsyncIterator<Uint8Array> {
  // Node's web streams are both; a reader can be cancelled while a read is pending, an iterator cannot.
  if ('getReader' in source) return () => readStream(source);
  if (Symbol.asyncIterator in source) return () => iterate(source);
  throw new TypeError('Upload a path, a Blob, a Uint8Array, a ReadableStream or an AsyncIterable of Uint8Array.');
}

function readStream(stream: ReadableStream<Uint8Array>): AsyncIterator<Uint8Array> {
  const reader = stream.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done, value };
    },
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

function iterate(source: AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    return: async () => {
      // A Node stream's iterator would wait for a pending read first, and a terminal may never send anything.
      (source as { destroy?: () => void }).destroy?.();
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
}

function nameOfFile(blob: Blob): string {
  return 'name' in blob && typeof blob.name === 'string' ? blob.name : missingFilename('a Blob that is no File');
}

function missingFilename(kind: string): never {
  throw new TypeError(`${kind} has no file name: pass options.filename.`);
}
