/** The records of a zip archive, APPNOTE.TXT 6.3. Whatever does not fit into 32 bits goes as zip64. */
import { entryComment } from './entry-comment.js';

/** What the records say of an entry. */
export interface ZipFacts {
  readonly path: string;
  readonly modified_at: Date;
  readonly document_id: string;
  readonly version: number;
  readonly checksum_sha256: string;
  readonly size_bytes: number;
  /** Where its local header begins, from the start of the archive. */
  readonly offset: number;
  /** Deflated, with checksum and sizes behind the content; else stored, with both in front of it. */
  readonly deflated: boolean;
  readonly crc: number;
  /** The bytes that the content takes in the archive. */
  readonly packed_bytes: number;
}

const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
const VERSION_NEEDED = 20;
const VERSION_NEEDED_ZIP64 = 45;
/** Unix, so that the attributes are a file mode. */
const MADE_BY = (3 << 8) | 63;
const MODE = 0o100644 * 2 ** 16;
const NAME_IS_UTF8 = 1 << 11;
const SIZES_FOLLOW = 1 << 3;
/** The first moment that the format's own times can tell. */
const FIRST_DOS_TIME = Date.UTC(1980, 0, 1);

/** Whether the content may need more than 32 bits for its sizes. Known before the first byte, since a block adds little. */
function isHuge({ size_bytes }: ZipFacts): boolean {
  return size_bytes + Math.ceil(size_bytes / 1024) >= MAX_32;
}

export function localHeader(facts: ZipFacts): Buffer {
  const name = Buffer.from(facts.path);
  const huge = isHuge(facts);
  const { size_bytes, packed_bytes } = facts.deflated ? { size_bytes: 0, packed_bytes: 0 } : facts;
  const extra = Buffer.concat([timestamp(facts.modified_at), ...(huge ? [zip64(size_bytes, packed_bytes)] : [])]);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeCommon(header, 4, facts, huge);
  header.writeUInt32LE(facts.deflated ? 0 : facts.crc, 14);
  header.writeUInt32LE(huge ? MAX_32 : packed_bytes, 18);
  header.writeUInt32LE(huge ? MAX_32 : size_bytes, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** Checksum and sizes, behind a content in front of which they were not known. */
export function dataDescriptor(facts: ZipFacts): Buffer {
  const huge = isHuge(facts);
  const descriptor = Buffer.alloc(huge ? 24 : 16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(facts.crc, 4);
  if (huge) {
    descriptor.writeBigUInt64LE(BigInt(facts.packed_bytes), 8);
    descriptor.writeBigUInt64LE(BigInt(facts.size_bytes), 16);
  } else {
    descriptor.writeUInt32LE(facts.packed_bytes, 8);
    descriptor.writeUInt32LE(facts.size_bytes, 12);
  }
  return descriptor;
}

/** The entry's record in the central directory; its comment says which document it is. */
export function directoryRecord(facts: ZipFacts): Buffer {
  const { offset, size_bytes, packed_bytes } = facts;
  const name = Buffer.from(facts.path);
  const comment = Buffer.from(entryComment(facts));
  const huge = isHuge(facts) || offset >= MAX_32;
  const extra = Buffer.concat([
    timestamp(facts.modified_at),
    ...(huge ? [zip64(size_bytes, packed_bytes, offset)] : []),
  ]);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(MADE_BY, 4);
  writeCommon(record, 6, facts, huge);
  record.writeUInt32LE(facts.crc, 16);
  record.writeUInt32LE(huge ? MAX_32 : packed_bytes, 20);
  record.writeUInt32LE(huge ? MAX_32 : size_bytes, 24);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt16LE(comment.length, 32);
  record.writeUInt32LE(MODE, 38);
  record.writeUInt32LE(huge ? MAX_32 : offset, 42);
  return Buffer.concat([record, name, extra, comment]);
}

/** What stands behind the central directory, which begins at `offset`. */
export function directoryEnd(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, MAX_16), 8);
  end.writeUInt16LE(Math.min(count, MAX_16), 10);
  end.writeUInt32LE(Math.min(size, MAX_32), 12);
  end.writeUInt32LE(Math.min(offset, MAX_32), 16);
  const fits = count < MAX_16 && size < MAX_32 && offset < MAX_32;
  return fits ? end : Buffer.concat([zip64End(count, size, offset), zip64Locator(offset + size), end]);
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(BigInt(end.length - 12), 4);
  end.writeUInt16LE(MADE_BY, 12);
  end.writeUInt16LE(VERSION_NEEDED_ZIP64, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  return end;
}

function zip64Locator(endOffset: number): Buffer {
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(endOffset), 8);
  locator.writeUInt32LE(1, 16);
  return locator;
}

/** Version, flags, method and time stand in the same order in both headers. */
function writeCommon(header: Buffer, at: number, { deflated, modified_at }: ZipFacts, huge: boolean): void {
  header.writeUInt16LE(huge ? VERSION_NEEDED_ZIP64 : VERSION_NEEDED, at);
  header.writeUInt16LE(NAME_IS_UTF8 | (deflated ? SIZES_FOLLOW : 0), at + 2);
  header.writeUInt16LE(deflated ? 8 : 0, at + 4);
  const time = new Date(Math.max(modified_at.getTime(), FIRST_DOS_TIME));
  header.writeUInt16LE((time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1), at + 6);
  header.writeUInt16LE(
    ((Math.min(time.getUTCFullYear(), 2107) - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate(),
    at + 8,
  );
}

/** Info-ZIP's extra field with the time in UTC, which the format's own time is not sure to be. */
function timestamp(modified_at: Date): Buffer {
  const extra = Buffer.alloc(9);
  extra.writeUInt16LE(0x5455, 0);
  extra.writeUInt16LE(5, 2);
  extra.writeUInt8(1, 4);
  extra.writeUInt32LE(Math.min(Math.max(0, Math.floor(modified_at.getTime() / 1000)), MAX_32), 5);
  return extra;
}

/** The extra field of zip64, with the values whose own fields are all ones. */
function zip64(...values: number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(0x0001, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}
