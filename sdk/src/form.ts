import type { TransferProgress } from './contract.js';
import type { RequestBody } from './transport/request-body.js';

/** The content of one upload: what is known about it, and a way to read it. */
export interface Content {
  filename: string;
  /** The media type to send; the server asks it only when the file's name tells nothing. */
  contentType: string;
  /** Absent when only reading it to its end tells. */
  sizeBytes?: number;
  /** Whether `open` can be called again after bytes have been read. */
  replayable: boolean;
  /** The content as a Blob, when it is one: browsers send no other kind. */
  blob?: Blob;
  /** Of a file with a size: what an upload that a later process goes on with needs. */
  file?: LocalFile;
  /**
   * Starts reading at the first byte. Its `return` lets go of the source, even while a read is pending.
   *
   * @param start of a local file: where to start instead
   */
  open(start?: number): AsyncIterator<Uint8Array>;
}

/** A file on the disk, in the state that it was found in. */
export interface LocalFile {
  /** Absolute. */
  path: string;
  /** When it was last changed, as exactly as the file system knows. */
  modified: string;
  /**
   * The SHA-256 of the whole content, in lower-case hex.
   *
   * @throws SourceChangedError, the file system's errors, the reason of an aborted signal
   */
  sha256(signal?: AbortSignal): Promise<string>;
  /** What is to be sent from a position on, without any form around it. */
  rest(start: number, onProgress: ((progress: TransferProgress) => void) | undefined): RequestBody;
}

/** A file of a form, and the name of the form's field that it is in. */
export interface FormFile {
  field: string;
  content: Content;
}

/** A form as it goes over the wire: text fields, then the files, of which there is at least one. */
export interface Form {
  fields: readonly (readonly [name: string, value: string])[];
  files: readonly FormFile[];
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}
