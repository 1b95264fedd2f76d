import { createHash } from 'node:crypto';

/**
 * One push as it stands on the wire: a `multipart/form-data` body (RFC 7578) with the fields `name` and `tags` and,
 * last, the file. Everything but a stamp of 32 bytes at the start of the content is the same for every push, so that
 * making a unique content costs the load client next to nothing.
 */
export interface PreparedForm {
  /** The request's line and header fields, the fields of the form and the head of the file's part. */
  readonly head: Buffer;
  /** What follows the stamp: the rest of the content, as slices of one shared block. */
  readonly rest: readonly Buffer[];
  /** The end of the form. */
  readonly tail: Buffer;
}

/** Length of the part of the content that makes it unique. */
export const STAMP_BYTES = 32;

const BLOCK_BYTES = 1024 * 1024;
const BOUNDARY = 'document-sync-bench-7d1f0c5a9e3b';

/**
 * Bytes that neither a compressor nor a file system can shorten, the same in every process.
 * @returns 1 MiB
 */
export function incompressibleBlock(): Buffer {
  const pieces: Buffer[] = [];
  for (let counter = 0; pieces.length * 64 < BLOCK_BYTES; counter += 1) {
    pieces.push(createHash('sha512').update(`bench block ${counter}`).digest());
  }
  return Buffer.concat(pieces);
}

/**
 * @param size of the file's content in bytes, at least `STAMP_BYTES`
 * @param host for the `Host` field, `127.0.0.1:port`
 * @param block what the content is made of, repeated as often as needed
 */
export function prepareForm(size: number, host: string, block: Buffer): PreparedForm {
  const rest: Buffer[] = [];
  for (let left = size - STAMP_BYTES; left > 0; left -= block.length) {
    rest.push(left < block.length ? block.subarray(0, left) : block);
  }
  const field = (name: string, value: string): string =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const formHead =
    field('name', 'Quarterly architecture review') +
    field('tags', 'design,docs') +
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="review.bin"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  const tail = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  const requestHead =
    `POST /documents HTTP/1.1\r\nHost: ${host}\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n` +
    `Content-Length: ${formHead.length + size + tail.length}\r\n\r\n`;
  return { head: Buffer.from(requestHead + formHead), rest, tail };
}

/**
 * The stamp of one push.
 * @param run distinguishes the jobs of a bench, at most 16 ASCII characters
 * @param count distinguishes the pushes of a job
 */
export function stamp(run: string, count: number): Buffer {
  return Buffer.from(`${run}-${count}`.padEnd(STAMP_BYTES, '.'), 'latin1');
}

/**
 * The SHA-256, in hex, of the content that a push with this stamp carries.
 */
export function contentDigest(form: PreparedForm, stampBytes: Buffer): string {
  const hash = createHash('sha256').update(stampBytes);
  for (const piece of form.rest) hash.update(piece);
  return hash.digest('hex');
}
