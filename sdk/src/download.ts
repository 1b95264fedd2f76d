import type { TransferProgress } from './contract.js';

export interface DownloadOptions {
  /** Which version; left out, the current one. */
  version?: number | undefined;
  /** A part of the content: the first and the last byte's position, counted from 0; without `end`, up to the last. */
  range?: { start: number; end?: number | undefined } | undefined;
  /** An ETag that is at hand already: while the content has it, the answer is {@link NotModified}. */
  ifNoneMatch?: string | undefined;
  /**
   * What the whole content is believed to be, from a listing or a lock file: a cache that holds it needs no body. Only a
   * hint; what the server says counts.
   */
  checksumSha256?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** A document's content, or the part that was asked for, on its way. */
export interface Download {
  status: 200 | 206;
  documentId: string;
  /** The number of the version that it is. */
  version: number;
  name: string;
  filename: string;
  mimeType: string;
  /** Of the whole content, also when only a part was asked for. */
  sizeBytes: number;
  /** The content's: what a change of it names in `ifMatch`. */
  etag: string;
  /** Of the whole content, in lower-case hex. */
  checksumSha256: string;
  /** Whether the body comes from the client's cache, because the server said that it is still the same. */
  fromCache: boolean;
  /**
   * The bytes. Read it to its end or cancel it, or the connection stays busy. In Node, a whole content is verified as it
   * flows, and the stream ends in an `IntegrityError` when the digest differs; in a browser it is not verified.
   */
  body: ReadableStream<Uint8Array>;
  /**
   * Reads `body` to its end. A whole content is verified, in browsers too.
   *
   * @throws IntegrityError; Error in a browser page that is not a secure context, where nothing can be verified
   */
  blob(): Promise<Blob>;
}

/** The content still has the ETag that was given. */
export interface NotModified {
  status: 304;
  documentId: string;
  etag: string;
  body: null;
}
