/** The door of the keys' room. */
export { Authentication } from './authentication.js';
export { holderOf, isKeyOf } from './holders.js';
export { Identities } from './identities.js';
export type { KeyLimits } from './key-rights.js';
export { ApiKeys, type KeyDescription, type KeyPage, type KeyPlace } from './keys.js';
