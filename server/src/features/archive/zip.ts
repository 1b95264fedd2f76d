/**
 * Writes zip (APPNOTE.TXT 6.3): nothing is compressed, since it would take longer than to send it. A small content is
 * stored with its checksum in front of it. Of a larger one the checksum is known only behind it, which many programs
 * accept of deflated entries alone when they read from a stream: it goes as deflate's own uncompressed blocks (RFC 1951
 * §3.2.4).
 */
import { crc32 } from 'node:zlib';
import type { ArchiveEntry } from './formats.js';
import { exactly } from './gathered.js';
import * as records from './zip-records.js';

/** Contents up to this size are in memory as a whole before their entry is begun. */
const SMALL_BYTES = 64 * 1024;
/** The largest uncompressed block of deflate. */
const BLOCK_BYTES = 0xffff;
/** The central directory is kept in pieces of this size. */
const DIRECTORY_BYTES = 64 * 1024;

/** The bytes of a zip archive. The directory that ends it is kept in memory: some hundred bytes for each entry. */
export async function* zip(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array, void, undefined> {
  const directory = new Directory();
  let offset = 0;
  for await (const entry of entries) {
    const pieces =
      entry.size_bytes <= SMALL_BYTES ? stored(entry, offset, directory) : blocks(entry, offset, directory);
    for await (const piece of pieces) {
      offset += piece.length;
      yield piece;
    }
  }
  for (const piece of directory.pieces()) yield piece;
  yield records.directoryEnd(directory.count, directory.size, offset);
}

async function* stored(entry: ArchiveEntry, offset: number, directory: Directory) {
  const content = Buffer.allocUnsafe(entry.size_bytes);
  let filled = 0;
  for await (const chunk of exactly(entry.content, entry.size_bytes)) {
    content.set(chunk, filled);
    filled += chunk.length;
  }
  const { size_bytes } = entry;
  const facts = { ...entry, offset, deflated: false, crc: crc32(content), packed_bytes: size_bytes };
  yield records.localHeader(facts);
  yield content;
  directory.add(records.directoryRecord(facts));
}

async function* blocks(entry: ArchiveEntry, offset: number, directory: Directory) {
  const { size_bytes } = entry;
  const known = { ...entry, offset, deflated: true };
  let crc = 0;
  let left = size_bytes;
  let packed_bytes = 0;
  yield records.localHeader({ ...known, crc, packed_bytes });
  for await (const chunk of exactly(entry.content, size_bytes)) {
    crc = crc32(chunk, crc);
    for (let start = 0; start < chunk.length; start += BLOCK_BYTES) {
      const block = chunk.subarray(start, start + BLOCK_BYTES);
      left -= block.length;
      const head = blockHead(block.length, left === 0);
      packed_bytes += head.length + block.length;
      yield head;
      yield block;
    }
  }
  const facts = { ...known, crc, packed_bytes };
  yield records.dataDescriptor(facts);
  directory.add(records.directoryRecord(facts));
}

function blockHead(length: number, isLast: boolean): Buffer {
  const head = Buffer.allocUnsafe(5);
  head.writeUInt8(isLast ? 1 : 0, 0);
  head.writeUInt16LE(length, 1);
  head.writeUInt16LE(~length & 0xffff, 3);
  return head;
}

/** The central directory, in few pieces of memory whatever its size. */
class Directory {
  count = 0;
  size = 0;
  readonly #full: Buffer[] = [];
  #current = Buffer.allocUnsafe(DIRECTORY_BYTES);
  #filled = 0;

  add(record: Buffer): void {
    this.count += 1;
    this.size += record.length;
    if (this.#filled + record.length > this.#current.length) {
      this.#full.push(this.#current.subarray(0, this.#filled));
      this.#current = Buffer.allocUnsafe(Math.max(DIRECTORY_BYTES, record.length));
      this.#filled = 0;
    }
    this.#filled += record.copy(this.#current, this.#filled);
  }

  pieces(): Buffer[] {
    return [...this.#full, this.#current.subarray(0, this.#filled)];
  }
}
