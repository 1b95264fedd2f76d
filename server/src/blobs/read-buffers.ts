/** Buffers of one size that are lent out again and again. */
class BufferPool {
  readonly bytes: number;
  readonly #limit: number;
  readonly #idle: Buffer[] = [];
  #out = 0;

  /** @param limit how many may be out at once */
  constructor(bytes: number, limit: number) {
    this.bytes = bytes;
    this.#limit = limit;
  }

  borrow(): Buffer | undefined {
    if (this.#out >= this.#limit) return undefined;
    this.#out += 1;
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
  }

  giveBack(buffer: Buffer): void {
    this.#out -= 1;
    this.#idle.push(buffer);
  }
}

/** A small read takes all of a small document. */
const small = new BufferPool(64 * 1024, 512);
/** A large read is all of a 1 MB document. Few of them: slow readers must not be able to fill the memory. */
const large = new BufferPool(1024 * 1024, 64);

/** Up to here a read fits into the smaller of the two sizes of buffers. */
export const SMALL_READ_BYTES = small.bytes;

/**
 * Borrows a buffer for a read of `wanted` bytes; it may hold less than that. Pulls are bound by page faults of fresh
 * memory (a fresh megabyte costs several times a reused one), so buffers are used again. When all are out, the read gets
 * a fresh small one.
 */
export function borrowBuffer(wanted: number): Buffer {
  const lent = wanted > small.bytes ? large.borrow() : undefined;
  return lent ?? small.borrow() ?? Buffer.allocUnsafeSlow(small.bytes / 2);
}

/** Gives a borrowed buffer back; the borrower must not touch it any more. */
export function returnBuffer(buffer: Buffer): void {
  if (buffer.length === large.bytes) large.giveBack(buffer);
  else if (buffer.length === small.bytes) small.giveBack(buffer);
}
