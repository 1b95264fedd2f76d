/** The door of the documents room. */
export { collectRegularly } from './collect-regularly.js';
export { Collector, type Collection } from './collector.js';
export { Documents, type KnownPush, type Page, type Push } from './documents.js';
export { findContent, type ContentRow } from './documents.store.js';
export { findKnownContent, type KnownContent } from './known-content.js';
export { mediaTypeOf } from './media-type.js';
export { presentContent, presentVersion } from './present.js';
export type { DocumentFilter } from './query.store.js';
export {
  publishAndRecord,
  recordVersion,
  type NewVersion,
  type RecordableContent,
  type OnRecorded,
} from './recording.js';
export { Retention } from './retention.js';
export { Trash, type DeletedPage } from './trash.js';
export { findVersionOf, listTenants, listVersions } from './versions.store.js';
