import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { contentsIn, footprint, removeContent, removeKeysOf, type StoredContent } from './inventory.js';

/** So much is left after an eviction, so that the next one is not due at once. */
const KEPT_SHARE = 0.9;
/** Staging files are as old only when the process that wrote them is no more. */
const STALE_MS = 24 * 60 * 60 * 1000;

/**
 * Removes contents, those first that were not used for the longest time, and what dead processes have left.
 *
 * @param maxBytes what the cache may take up; somewhat less is left
 * @returns what it takes up now
 */
export async function evictDownTo(root: string, maxBytes: number): Promise<number> {
  const contents: StoredContent[] = [];
  for await (const content of contentsIn(root)) contents.push(content);
  contents.sort((a, b) => a.usedMs - b.usedMs);
  let total = contents.reduce((sum, { size }) => sum + footprint(size), 0);
  const removed = new Set<string>();
  for (const { entry, size } of contents) {
    if (total <= maxBytes * KEPT_SHARE) break;
    await removeContent(root, entry);
    removed.add(entry.integrity);
    total -= footprint(size);
  }
  await removeKeysOf(root, removed);
  await removeStaleStaging(root);
  return total;
}

/** Removes what was being put into the cache when its process was killed. */
export async function removeStaleStaging(root: string): Promise<void> {
  const folder = join(root, 'tmp');
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > STALE_MS) await rm(path, { force: true });
  }
}
