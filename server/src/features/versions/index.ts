/** The door of the versions room. */
export type { Condition } from './changes.js';
export { Versions, type Comparison, type VersionPage, type VersionUpload } from './versions.js';
