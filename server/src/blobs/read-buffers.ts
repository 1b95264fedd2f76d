/** Size of a read: large enough that a 1 MB pull is one read, small enough to be kept for reuse. */
const LARGE_BYTES = 1024 * 1024;
const SMALL_BYTES = 64 * 1024;
/** How many large buffers may be out at once; what comes beyond reads in small steps, so that memory stays bounded. */
const LARGE_LIMIT = 32;

const idle: Buffer[] = [];
let largeOut = 0;

/**
 * Borrows a buffer to read into. Pulls are bound by page faults of fresh memory (a fresh megabyte costs several times a
 * reused one), so buffers are lent out again and again; slow readers cannot take more than the limit.
 */
export function borrowBuffer(): Buffer {
  if (largeOut >= LARGE_LIMIT) return Buffer.allocUnsafeSlow(SMALL_BYTES);
  largeOut += 1;
  return idle.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES);
}

/** Gives a borrowed buffer back; the borrower must not touch it any more. */
export function returnBuffer(buffer: Buffer): void {
  if (buffer.length !== LARGE_BYTES) return;
  largeOut -= 1;
  idle.push(buffer);
}
