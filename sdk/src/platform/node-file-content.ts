import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import { SourceChangedError } from '../errors.js';
import type { Content } from '../form.js';
import { StreamedBody } from './streamed-body.js';

const CHUNK_BYTES = 128 * 1024;
/** The media type of tus's pieces. */
const PIECE_TYPE = 'application/offset+octet-stream';

/**
 * A file on the disk. It is opened for each reading, and a reading fails when the file is not the same at its end as it
 * was in the beginning. What has no size of its own (a pipe, a device, a file under /proc) is read as it comes.
 *
 * @throws the file system's error (`code` ENOENT, EACCES, EISDIR …)
 */
export async function fileContent(path: string): Promise<Content> {
  const stats = await stat(path, { bigint: true });
  if (stats.isDirectory()) {
    throw Object.assign(new Error(`${path} is a folder; upload its files one by one.`), { code: 'EISDIR', path });
  }
  const file = { filename: basename(path), contentType: 'application/octet-stream' };
  const hasSize = stats.isFile() && stats.size > 0n;
  if (!hasSize) return { ...file, replayable: stats.isFile(), open: () => readAll(path) };
  const content: Content = {
    ...file,
    sizeBytes: Number(stats.size),
    replayable: true,
    open: (start = 0) => readUnchanged(path, stats, start),
  };
  return {
    ...content,
    file: {
      path: resolve(path),
      modified: String(stats.mtimeNs),
      sha256: (signal) => sha256Of(readUnchanged(path, stats, 0), signal),
      rest: (start, onProgress) => new StreamedBody(PIECE_TYPE, [content], { start, onProgress }),
    },
  };
}

async function* readUnchanged(
  path: string,
  before: BigIntStats,
  start: number,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  const handle = await open(path);
  try {
    let position = start;
    for await (const chunk of chunksOf(handle, start)) {
      position += chunk.byteLength;
      // Before the last bytes are out of hand: a body without a frame around it is complete with them.
      if (BigInt(position) >= before.size) await checkUnchanged(handle, path, before);
      yield chunk;
    }
    await checkUnchanged(handle, path, before);
  } finally {
    await handle.close();
  }
}

async function checkUnchanged(handle: FileHandle, path: string, before: BigIntStats): Promise<void> {
  const now = await handle.stat({ bigint: true });
  const same = now.ino === before.ino && now.size === before.size && now.mtimeNs === before.mtimeNs;
  if (!same) throw new SourceChangedError(path);
}

async function* readAll(path: string): AsyncGenerator<Uint8Array, undefined, undefined> {
  const handle = await open(path);
  try {
    yield* chunksOf(handle);
  } finally {
    await handle.close();
  }
}

/** @param start where to start, of what can be read from anywhere; left out, it is read as it comes */
async function* chunksOf(handle: FileHandle, start?: number): AsyncGenerator<Uint8Array, void, undefined> {
  let position = start;
  for (;;) {
    // A buffer of its own for every chunk: the network may still hold the one before.
    const { bytesRead, buffer } = await handle.read(
      Buffer.allocUnsafeSlow(CHUNK_BYTES),
      0,
      CHUNK_BYTES,
      position ?? null,
    );
    if (bytesRead === 0) return;
    if (position !== undefined) position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function sha256Of(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}
