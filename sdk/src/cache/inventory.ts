import { stat } from 'node:fs/promises';

import cacache, { type CacheObject } from 'cacache';

const CONTENT_KEY = 'content:';
const BLOCK_BYTES = 4096;
/** What an entry takes up beside its content: small files of cacache's index, and folders that hardly any other shares. */
const INDEX_BYTES = 7 * BLOCK_BYTES;

/** With the option that the types do not have: the entry goes, not only what it says. */
const removeEntry: (root: string, key: string, options: { removeFully: boolean }) => Promise<unknown> =
  cacache.rm.entry;

/** A content of the cache. */
export interface StoredContent {
  entry: CacheObject;
  /** In hex. */
  digest: string;
  size: number;
  /** When it was last used. */
  usedMs: number;
}

/** The key of a content by its digest. */
export function contentKey(digest: string): string {
  return CONTENT_KEY + digest;
}

/** A digest in hex as Subresource Integrity has it. */
export function integrityOf(digest: string): string {
  return `sha256-${Buffer.from(digest, 'hex').toString('base64')}`;
}

/** What a content takes up on the disk, roughly. */
export function footprint(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES + INDEX_BYTES;
}

/** How many contents there are, and what they take up. */
export async function measure(root: string): Promise<{ entries: number; size_bytes: number; footprint_bytes: number }> {
  const total = { entries: 0, size_bytes: 0, footprint_bytes: 0 };
  for await (const { size } of contentsIn(root)) {
    total.entries++;
    total.size_bytes += size;
    total.footprint_bytes += footprint(size);
  }
  return total;
}

/** The contents that are there. */
export async function* contentsIn(root: string): AsyncGenerator<StoredContent> {
  for await (const entry of entriesIn(root)) {
    if (!entry.key.startsWith(CONTENT_KEY)) continue;
    const found = await stat(entry.path).catch(() => undefined);
    const digest = entry.key.slice(CONTENT_KEY.length);
    if (found) yield { entry, digest, size: found.size, usedMs: found.mtimeMs };
  }
}

/** Removes a content; the documents' keys that name it name nothing then. */
export async function removeContent(root: string, { key, integrity }: CacheObject): Promise<void> {
  await cacache.rm.content(root, integrity);
  await removeEntry(root, key, { removeFully: true });
}

/** Removes the keys of contents that were removed. */
export async function removeKeysOf(root: string, integrities: ReadonlySet<string>): Promise<void> {
  if (integrities.size === 0) return;
  for await (const { key, integrity } of entriesIn(root)) {
    if (integrities.has(integrity)) await removeEntry(root, key, { removeFully: true });
  }
}

/** Every entry of cacache's index; the types do not say that its streams can be read like this. */
function entriesIn(root: string): AsyncIterable<CacheObject> {
  return cacache.ls.stream(root) as AsyncIterable<CacheObject>;
}
