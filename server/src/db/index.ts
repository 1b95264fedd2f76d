/** The door of the database room. */
export { openCountsFile } from './counts-file.js';
export { openDatabase, openWriter, type Database, type DatabaseWriter } from './database.js';
export {
  connectReader,
  jsonArrayOf,
  NAME_INDEX_MIN_CHARACTERS,
  nameCandidates,
  plainMediaType,
  whereContains,
  whereTagAmong,
} from './dialect.js';
export type { Work } from './group-commit.js';
export { statement, type Session, type Statement } from './session.js';
export {
  createSearchIndex,
  dropSearchIndex,
  INDEX_COLUMNS,
  indexStatements,
  indexTables,
  replaceSearchIndex,
  tenantNumber,
  type IndexColumn,
  type IndexRow,
  type IndexTables,
} from './full-text.js';
export {
  indexQueries,
  whereAmong,
  type IndexQueries,
  type RankedRow,
  type SequenceRange,
} from './full-text-queries.js';
