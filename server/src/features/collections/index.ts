/** The door of the collections' room. */
export { Collections } from './collections.js';
export { CollectionContents } from './contents.js';
export { Grants } from './grants.js';
