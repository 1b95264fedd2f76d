/** The door of the blob room. */
export { BlobMissingError, type BlobEntry, type BlobKey } from './backend.js';
export { openBlobStore, type BlobStore } from './blob-store.js';
export type { FileLock } from './file-lock.js';
export type { ResumableKey } from './resumable-staging.js';
