import type { ByteStream } from '../../kernel/content.js';

/** Pieces are gathered up to this size: each one that is sent costs a turn to the kernel and back. */
const GATHERED_BYTES = 128 * 1024;
/** A piece of this size is worth sending by itself, and is not copied. */
const LARGE_BYTES = 32 * 1024;

/**
 * The same bytes in fewer, larger pieces. Like every {@link ByteStream}, a piece is valid until the next one is asked
 * for: the memory that the small ones are gathered in is used again.
 */
export async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const memory = Buffer.allocUnsafeSlow(GATHERED_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    if (filled > 0 && (piece.length >= LARGE_BYTES || filled + piece.length > memory.length)) {
      yield memory.subarray(0, filled);
      filled = 0;
    }
    if (piece.length >= LARGE_BYTES) {
      yield piece;
    } else {
      memory.set(piece, filled);
      filled += piece.length;
    }
  }
  if (filled > 0) yield memory.subarray(0, filled);
}

/** A {@link ByteStream} must have the bytes that its record says, or what follows it is not found. */
export async function* exactly(content: ByteStream, size_bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size_bytes;
  for await (const chunk of content) {
    left -= chunk.length;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw new Error(`a content of an archive does not have the ${size_bytes} bytes of its record`);
}
