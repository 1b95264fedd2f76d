/** The door of the archive room. */
export { Archives, type ArchiveSelection } from './archives.js';
export type { ArchiveFormat } from './formats.js';
