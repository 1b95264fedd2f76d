import { removeStaleStaging } from './eviction.js';
import { contentsIn, removeContent, removeKeysOf } from './inventory.js';
import type { CacheVerification } from './node-content-cache.js';
import { openVerified } from './verified-file.js';

/**
 * Reads every content, and removes what is damaged. In the place of cacache's own verification, which also removes what
 * other processes are putting into the cache at that moment.
 */
export async function verifyContents(root: string): Promise<CacheVerification> {
  const found: CacheVerification = { checked: 0, removed: 0, reclaimed_bytes: 0 };
  const removed = new Set<string>();
  for await (const { entry, digest, size } of contentsIn(root)) {
    found.checked++;
    const content = await openVerified(entry.path, digest).catch(() => undefined);
    await content?.body.cancel();
    if (content !== undefined) continue;
    await removeContent(root, entry);
    removed.add(entry.integrity);
    found.removed++;
    found.reclaimed_bytes += size;
  }
  await removeKeysOf(root, removed);
  await removeStaleStaging(root);
  return found;
}
