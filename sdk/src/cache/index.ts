/**
 * A cache of downloaded content in a folder, for Node. Needs npm's `cacache` beside the SDK.
 *
 * @packageDocumentation
 */
export { type ContentCacheOptions, openContentCache } from './open-content-cache.js';
export type { CacheClearing, CacheInfo, CacheVerification, NodeContentCache } from './node-content-cache.js';
