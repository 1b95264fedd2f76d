import type { ContentCache } from '../content-cache.js';

/** How much a cache holds. Sizes are those of the contents. */
export interface CacheInfo {
  folder: string;
  /** How many contents there are. */
  entries: number;
  size_bytes: number;
  /** What the folder may take up, roughly. */
  max_bytes: number;
}

/** What a verification has found. */
export interface CacheVerification {
  /** How many contents were read. */
  checked: number;
  /** How many of them were damaged, and were removed. */
  removed: number;
  reclaimed_bytes: number;
}

/** What was removed. */
export interface CacheClearing {
  entries: number;
  size_bytes: number;
}

/** A content cache in a folder, and what its owner does with it. A folder that is not there is an empty cache. */
export interface NodeContentCache extends ContentCache {
  /** Absolute. */
  readonly folder: string;
  /** @throws the file system's errors */
  info(): Promise<CacheInfo>;
  /**
   * Reads every content and removes what is damaged.
   *
   * @throws the file system's errors
   */
  verify(): Promise<CacheVerification>;
  /**
   * Removes everything.
   *
   * @throws the file system's errors
   */
  clear(): Promise<CacheClearing>;
}
