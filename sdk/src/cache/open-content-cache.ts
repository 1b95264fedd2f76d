import { constants } from 'node:os';
import { resolve } from 'node:path';

import type { NodeContentCache } from './node-content-cache.js';
import { StoredContents } from './stored-contents.js';

export interface ContentCacheOptions {
  /** What the folder may take up, roughly; 1 GiB when left out. What was not used for the longest time goes first. */
  maxBytes?: number | undefined;
  /** Told once when something goes wrong with the cache. Downloads go on without it. */
  onCacheError?: ((error: Error) => void) | undefined;
}

const DEFAULT_MAX_BYTES = 1024 ** 3;

/**
 * Opens a content cache. Several processes may use the same folder at once. It is made when there is something to be kept,
 * for its user alone; a folder that cannot be made or written to is a cache that holds nothing.
 *
 * @throws RangeError for a `maxBytes` that is none
 */
export function openContentCache(folder: string, options: ContentCacheOptions = {}): Promise<NodeContentCache> {
  const { maxBytes = DEFAULT_MAX_BYTES, onCacheError } = options;
  if (!(maxBytes >= 0)) return Promise.reject(new RangeError(`maxBytes must be a number from 0 on, not ${maxBytes}.`));
  return Promise.resolve(forgivingCache(new StoredContents(resolve(folder), maxBytes), onCacheError));
}

/** The same contents; what goes wrong while they are used is reported once and is otherwise a cache without them. */
function forgivingCache(
  contents: StoredContents,
  onCacheError: ((error: Error) => void) | undefined,
): NodeContentCache {
  let reported = false;
  function report(error: unknown): undefined {
    if (reported || isAbsence(error)) return;
    reported = true;
    onCacheError?.(error instanceof Error ? error : new Error(String(error)));
  }
  return {
    folder: contents.folder,
    digestOf: (key) => contents.digestOf(key).catch(report),
    holds: async (digest) => (await contents.holds(digest).catch(report)) ?? false,
    open: (digest) => contents.open(digest).catch(report),
    writer: (keys, digest, sizeBytes) => contents.writer(keys, digest, sizeBytes, report).catch(report),
    info: () => contents.info(),
    verify: () => contents.verify(),
    clear: () => contents.clear(),
  };
}

/** Whether something was not there (any more): another process has cleared the cache, which is no mistake. */
function isAbsence(error: unknown): boolean {
  // By its number: cacache puts another code on some errors.
  return error instanceof Error && 'errno' in error && error.errno === -constants.errno.ENOENT;
}
