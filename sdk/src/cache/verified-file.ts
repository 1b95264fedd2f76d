import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

import type { CachedContent } from '../content-cache.js';
import { isSystemError } from '../platform/node-rename.js';

const CHUNK_BYTES = 128 * 1024;
/** Up to here a content is read once, into memory; a larger one twice. */
const IN_MEMORY_BYTES = 1024 * 1024;

/**
 * Opens a file and verifies it before a byte of it is given out. What is read then comes from the same file, whatever
 * happens to its name.
 *
 * @param digest what its SHA-256 must be, in hex
 * @returns undefined when it is not there, or damaged
 */
export async function openVerified(path: string, digest: string): Promise<CachedContent | undefined> {
  const handle = await open(path).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  let isTaken = false;
  try {
    const { size } = await handle.stat();
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const hash = createHash('sha256');
    for await (const chunk of chunksOf(handle)) {
      hash.update(chunk);
      if (size <= IN_MEMORY_BYTES) chunks.push(chunk);
    }
    if (hash.digest('hex') !== digest) return undefined;
    if (size <= IN_MEMORY_BYTES) return { sizeBytes: size, body: new Blob(chunks).stream() };
    isTaken = true;
    return { sizeBytes: size, body: streamOf(handle) };
  } finally {
    if (!isTaken) await handle.close();
  }
}

function streamOf(handle: FileHandle): ReadableStream<Uint8Array> {
  const chunks = chunksOf(handle);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (!done) return controller.enqueue(value);
          await handle.close();
          controller.close();
        } catch (error) {
          await handle.close();
          throw error;
        }
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  );
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for (let position = 0; ;) {
    // A buffer of its own for every chunk: the reader may still hold the one before.
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
