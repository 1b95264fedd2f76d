import type { TransferProgress } from './contract.js';

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
  /** Starts reading at the first byte. Its `return` lets go of the source, even while a read is pending. */
  open(): AsyncIterator<Uint8Array>;
}

/** A form as it goes over the wire: text fields, then the file. */
export interface Form {
  fields: readonly (readonly [name: string, value: string])[];
  content: Content;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}
