/** The door of the keys' room. */
export { Authentication } from './authentication.js';
export type { KeyLimits } from './key-rights.js';
export { ApiKeys, type CreatedKey, type KeyDescription } from './keys.js';
