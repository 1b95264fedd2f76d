/** The formats of archives, each made while it is sent. */
import type { ByteStream } from '../../kernel/content.js';
import { gathered } from './gathered.js';
import { tar } from './tar.js';
import { zip } from './zip.js';

export type ArchiveFormat = 'zip' | 'tar';

/** A document as it comes into an archive. */
export interface ArchiveEntry {
  /** Its path in the archive: safe and unique, folders separated by slashes. */
  readonly path: string;
  readonly modified_at: Date;
  readonly size_bytes: number;
  readonly document_id: string;
  readonly version: number;
  readonly checksum_sha256: string;
  /** Its bytes, as many as it says; to be read once, before the next entry is asked for. */
  readonly content: ByteStream;
}

/** The bytes of an archive. Nothing is opened before they are asked for; leaving early frees what the archive holds. */
export function packArchive(format: ArchiveFormat, entries: AsyncIterable<ArchiveEntry>): ByteStream {
  return gathered(format === 'zip' ? zip(entries) : tar(entries));
}
