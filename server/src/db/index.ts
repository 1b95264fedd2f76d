/** The door of the database room. */
export { openDatabase, type Database } from './database.js';
export { NAME_INDEX_MIN_CHARACTERS, nameCandidates, whereContains } from './dialect.js';
export type { Work } from './group-commit.js';
export { statement, type Session, type Statement } from './session.js';
