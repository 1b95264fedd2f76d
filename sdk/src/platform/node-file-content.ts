import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { Content } from '../form.js';
import { SourceChangedError } from '../errors.js';

const CHUNK_BYTES = 128 * 1024;

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
  return hasSize
    ? { ...file, sizeBytes: Number(stats.size), replayable: true, open: () => readUnchanged(path, stats) }
    : { ...file, replayable: stats.isFile(), open: () => readAll(path) };
}

async function* readUnchanged(path: string, before: BigIntStats): AsyncGenerator<Uint8Array, undefined, undefined> {
  const handle = await open(path);
  try {
    yield* chunksOf(handle);
    const after = await handle.stat({ bigint: true });
    const same = after.ino === before.ino && after.size === before.size && after.mtimeNs === before.mtimeNs;
    if (!same) throw new SourceChangedError(path);
  } finally {
    await handle.close();
  }
}

async function* readAll(path: string): AsyncGenerator<Uint8Array, undefined, undefined> {
  const handle = await open(path);
  try {
    yield* chunksOf(handle);
  } finally {
    await handle.close();
  }
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    // A buffer of its own for every chunk: the network may still hold the one before.
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(CHUNK_BYTES), 0, CHUNK_BYTES, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
