import { chmod, mkdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import cacache from 'cacache';

import type { CachedContent } from '../content-cache.js';
import { isSystemError } from '../platform/node-rename.js';
import { evictDownTo } from './eviction.js';
import { removeFolder } from './remove-folder.js';
import { contentKey, footprint, integrityOf, measure, removeContent } from './inventory.js';
import type { CacheClearing, CacheInfo, CacheVerification } from './node-content-cache.js';
import { Usage } from './usage.js';
import { verifyContents } from './verification.js';
import { openVerified } from './verified-file.js';
import { incomingContent } from './incoming-content.js';

/** Each content stands under a key of its own, beside those of the documents: so cacache finds it by its digest, too. */
export class StoredContents {
  readonly folder: string;
  readonly #maxBytes: number;
  /** A folder of our own in the user's, so that its mode is ours to set, and everything in it ours to remove. */
  readonly #root: string;
  readonly #usage: Usage;

  constructor(folder: string, maxBytes: number) {
    this.folder = folder;
    this.#maxBytes = maxBytes;
    this.#root = join(folder, 'contents');
    this.#usage = new Usage(join(this.#root, 'usage'));
  }

  async digestOf(key: string): Promise<string | undefined> {
    const entry = await cacache.get.info(this.#root, key);
    if (!entry) return undefined;
    const digest = digestOfIntegrity(entry.integrity);
    return digest !== undefined && (await this.holds(digest)) ? digest : undefined;
  }

  async holds(digest: string): Promise<boolean> {
    const entry = await cacache.get.info(this.#root, contentKey(digest));
    return entry !== null && (await sizeOf(entry.path)) === entry.size;
  }

  async open(digest: string): Promise<CachedContent | undefined> {
    const entry = await cacache.get.info(this.#root, contentKey(digest));
    if (!entry) return undefined;
    let content: CachedContent | undefined;
    try {
      content = await openVerified(entry.path, digest);
    } finally {
      // Also what cannot be read: it would be in the way of what comes in its place.
      if (content === undefined) await removeContent(this.#root, entry);
    }
    if (content === undefined) return undefined;
    // When it was last used decides what is removed first.
    const now = new Date();
    await utimes(entry.path, now, now);
    return content;
  }

  /** @param onError told what goes wrong with the stream, which the stream itself also reports */
  async writer(
    keys: readonly string[],
    digest: string,
    sizeBytes: number,
    onError: (error: unknown) => void,
  ): Promise<WritableStream<Uint8Array> | undefined> {
    if (sizeBytes === 0 || footprint(sizeBytes) > this.#maxBytes) return undefined;
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const { mode } = await stat(this.#root);
    if ((mode & 0o077) !== 0) await chmod(this.#root, 0o700);
    if (await this.holds(digest)) {
      await this.#putUnder(keys, digest, sizeBytes);
      return undefined;
    }
    // Anything that lies in its place is not it, and cacache would leave it there.
    await cacache.rm.content(this.#root, integrityOf(digest));
    const incoming = { key: contentKey(digest), integrity: integrityOf(digest), sizeBytes };
    return incomingContent(this.#root, incoming, {
      onError,
      onComplete: async () => {
        await this.#putUnder(keys, digest, sizeBytes);
        await this.#keepWithinBounds(footprint(sizeBytes));
      },
    });
  }

  async info(): Promise<CacheInfo> {
    const { entries, size_bytes } = await measure(this.#root);
    return { folder: this.folder, entries, size_bytes, max_bytes: this.#maxBytes };
  }

  async verify(): Promise<CacheVerification> {
    const found = await verifyContents(this.#root);
    await this.#usage.forget();
    return found;
  }

  async clear(): Promise<CacheClearing> {
    const { entries, size_bytes } = await measure(this.#root);
    await removeFolder(this.#root);
    return { entries, size_bytes };
  }

  async #putUnder(keys: readonly string[], digest: string, size: number): Promise<void> {
    const integrity = integrityOf(digest);
    const put = async (key: string): Promise<void> => {
      const entry = await cacache.get.info(this.#root, key);
      // The index grows with every entry, also with one that says what it says already.
      if (entry?.integrity !== integrity) await cacache.index.insert(this.#root, key, integrity, { size });
    };
    await Promise.all(keys.map(put));
  }

  async #keepWithinBounds(grownBytes: number): Promise<void> {
    const known = await this.#usage.grow(grownBytes);
    const total = known ?? (await measure(this.#root)).footprint_bytes;
    const isOver = total > this.#maxBytes;
    if (isOver) await this.#usage.reset(await evictDownTo(this.#root, this.#maxBytes));
    else if (known === undefined) await this.#usage.reset(total);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** @returns undefined for what is no SHA-256 */
function digestOfIntegrity(integrity: string): string | undefined {
  const base64 = /^sha256-([A-Za-z0-9+/]{43}=)$/.exec(integrity)?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex');
}
