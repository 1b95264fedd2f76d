import type { TransferProgress } from './contract.js';

export interface DownloadToFileOptions {
  /** Which version; left out, the current one. */
  version?: number | undefined;
  /** What the content is believed to be, as for `download`. */
  checksumSha256?: string | undefined;
  /** The file to write. Left out: the document's own file name, made safe, in `directory`. */
  path?: string | undefined;
  /** The folder to write to when there is no `path`; left out, the current one. */
  directory?: string | undefined;
  /** Replace the file when there is one. */
  overwrite?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** A document's content on the disk, whole and verified. */
export interface DownloadedFile {
  /** Absolute. */
  path: string;
  documentId: string;
  /** The number of the version that it is. */
  version: number;
  name: string;
  filename: string;
  sizeBytes: number;
  /** In lower-case hex. */
  checksumSha256: string;
  /** Whether it comes from the client's cache. */
  fromCache: boolean;
}
