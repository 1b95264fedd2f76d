/**
 * Writes tar: POSIX.1-2001 (pax), which knows no limits of names and sizes. Each entry is an extended header, a header in
 * the ustar format, and the content.
 */
import { entryComment } from './entry-comment.js';
import type { ArchiveEntry } from './formats.js';
import { exactly } from './gathered.js';

const BLOCK_BYTES = 512;
const END = Buffer.alloc(2 * BLOCK_BYTES);
/** Eleven octal digits: what does not fit stands in the extended header. */
const MAX_USTAR_SIZE = 0o77777777777;

/** The bytes of a tar archive. */
export async function* tar(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const entry of entries) {
    yield heads(entry);
    yield* exactly(entry.content, entry.size_bytes);
    yield padding(entry.size_bytes);
  }
  yield END;
}

function heads(entry: ArchiveEntry): Buffer {
  const { path, modified_at, size_bytes, document_id } = entry;
  const seconds = Math.max(0, Math.floor(modified_at.getTime() / 1000));
  const extended = Buffer.concat(
    [
      ['path', path],
      ...(size_bytes > MAX_USTAR_SIZE ? [['size', String(size_bytes)] as const] : []),
      // The one keyword that every program passes over in silence.
      ['comment', entryComment(entry)] as const,
    ].map(([key = '', value = '']) => record(key, value)),
  );
  // For programs that do not know extended headers; the others take the path from there.
  const shortName = /^[\x20-\x7e]{1,100}$/.test(path) ? path : document_id;
  return Buffer.concat([
    header(`PaxHeaders/${document_id}`, extended.length, seconds, 'x'),
    extended,
    padding(extended.length),
    header(shortName, Math.min(size_bytes, MAX_USTAR_SIZE), seconds, '0'),
  ]);
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

/** @param type `0` for a file, `x` for an extended header */
function header(name: string, size: number, seconds: number, type: '0' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0, 100, 'utf8');
  block.write('0000644\0', 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  block.write(`${octal(size, 11)}\0`, 124, 'latin1');
  block.write(`${octal(Math.min(seconds, MAX_USTAR_SIZE), 11)}\0`, 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  // The sum of all bytes, counted with blanks in its own place.
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** What fills the last block. */
function padding(size: number): Buffer {
  return END.subarray(0, (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
}
