/** The door of the batch room. */
export { BatchChanges } from './changes.js';
export type { CheckItem } from './manifest.js';
export { BatchPushes, type BatchedFile, type ItemResult } from './pushes.js';
