import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { BlobKey } from '../blobs/index.js';
import type { ByteRange, ByteStream } from '../kernel/content.js';

/** The address of `bytes`. */
export function keyOf(bytes: Uint8Array, tenant_id = 'default'): BlobKey {
  return { tenant_id, checksum_sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** The range of a whole content of `size` bytes; an empty one ends before it starts. */
export function whole(size: number): ByteRange {
  return { start: 0, end: size - 1 };
}

/** Reads a stream to its end. Copies each chunk, whose memory is used again for the next. */
export async function readAll(stream: ByteStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Compares without printing megabytes when it fails. */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array, where = 'content'): void {
  assert.equal(actual.length, expected.length, `${where}: ${actual.length} bytes instead of ${expected.length}`);
  if (Buffer.compare(actual, expected) === 0) return;
  const place = actual.findIndex((byte, index) => byte !== expected[index]);
  assert.fail(`${where}: wrong from byte ${place} on`);
}
