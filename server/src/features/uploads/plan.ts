import type { Precondition } from '../../kernel/precondition.js';

/** What is to become of an upload once all its bytes are there. Kept as JSON. */
export interface UploadPlan {
  readonly filename: string;
  /** The media type that the client declares. */
  readonly filetype?: string | undefined;
  /** What the SHA-256 of the whole must be. */
  readonly checksum_sha256?: string | undefined;
  readonly target: DocumentTarget | VersionTarget;
}

/** A new document. */
export interface DocumentTarget {
  readonly name?: string | undefined;
  readonly tags: readonly string[];
  readonly description: string;
  readonly collection_id?: string | undefined;
}

/** A document's next version. */
export interface VersionTarget {
  readonly document_id: string;
  readonly precondition: Precondition;
  readonly merge: boolean;
  readonly message: string;
}
