/** The door of the documents room. */
export { collectRegularly } from './collect-regularly.js';
export { Collector, type Collection } from './collector.js';
export {
  beginningOnly,
  ContentIndexing,
  prepareText,
  type IndexableContent,
  type IndexOutcome,
  type IndexQueue,
  type PreparedText,
} from './content-indexing.js';
export { Documents, type DocumentsOptions, type KnownPush, type Page, type PreparedUpdate } from './documents.js';
export { assertMayPush, type Push, type RecordedDocument } from './record-document.js';
export { findContent, foldName, toDocument, type ContentRow, type DocumentRow } from './documents.store.js';
export { setIndexStatus } from './indexing.sql.js';
export { forgetWords, insertIndexEntry, replaceIndexEntry } from './index-entries.js';
export { findKnownContent, type KnownContent } from './known-content.js';
export { mediaTypeOf } from './media-type.js';
export {
  addToCollection,
  collectionsOf,
  labelsOf,
  removeFromCollection,
  unindexMemberships,
  type Membership,
} from './memberships.store.js';
export { assertMay, assertMayHave, assertMayReadAndWrite, may, visibleTo } from './permission.js';
export { presentContent, presentDocument, presentVersion } from './present.js';
export { scopeOf } from './query.drivers.js';
export { isEmptyFilter, whereMatches, without, type DocumentFilter } from './query.filter.js';
export {
  NEWEST_FIRST,
  orderByColumn,
  orderingOf,
  positionTypes,
  sortColumn,
  whereBehind,
  type DocumentOrdering,
  type DocumentPosition,
  type DocumentSort,
} from './query.ordering.js';
export { documentsAt, findPage, findSequences } from './query.store.js';
export { filterParameters, readFilter, type FilterParameters } from './query.parameters.js';
export {
  publishAndRecord,
  recordVersion,
  type NewVersion,
  type RecordableContent,
  type OnRecorded,
} from './recording.js';
export { assertCollection } from './collection-access.js';
export { assertWithinQuota, findAllowance, quotaExceeded } from './quota.js';
export { findUsage } from './quota.store.js';
export { Retention } from './retention.js';
export { Trash, type DeletedPage } from './trash.js';
export { findVersionOf, listTenants, listVersions } from './versions.store.js';
