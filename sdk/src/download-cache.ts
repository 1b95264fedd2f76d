import type { CachedContent, ContentCache } from './content-cache.js';
import type { ContentFacts } from './download-headers.js';

/** What a content cache can do for one download. Never rejects: a cache that fails is one that holds nothing. */
export class DownloadCache {
  readonly #cache: ContentCache;
  readonly #key: string;
  readonly #versionKey: (version: number) => string;
  readonly #isCurrent: boolean;

  /** @param version the one that is asked for; undefined for the current one */
  constructor(cache: ContentCache, baseUrl: string, documentId: string, version: number | undefined) {
    const key = `${baseUrl}/documents/${encodeURIComponent(documentId)}`;
    this.#cache = cache;
    this.#versionKey = (number) => `${key}/versions/${number}`;
    this.#key = version === undefined ? key : this.#versionKey(version);
    this.#isCurrent = version === undefined;
  }

  /**
   * The digests of held contents that may be the one that is asked for.
   *
   * @param believed what the caller takes it for
   */
  async candidates(believed: string | undefined): Promise<string[]> {
    const last = await this.#cache.digestOf(this.#key).catch(() => undefined);
    const isHeld = believed !== undefined && (await this.#cache.holds(believed).catch(() => false));
    return [...new Set([last, isHeld ? believed : undefined])].filter((digest) => digest !== undefined);
  }

  /** A content that is held, verified. */
  async open(digest: string): Promise<CachedContent | undefined> {
    return await this.#cache.open(digest).catch(() => undefined);
  }

  /** Takes what is about to arrive. What is held already only gets its keys. */
  async filling({ version, checksumSha256 }: ContentFacts, sizeBytes: number): Promise<CacheFilling> {
    const keys = this.#isCurrent ? [this.#key, this.#versionKey(version)] : [this.#key];
    const stream = await this.#cache.writer(keys, checksumSha256, sizeBytes).catch(() => undefined);
    return new CacheFilling(stream?.getWriter());
  }
}

/** A content on its way into a cache, at the pace of the cache. Never rejects: after a failure it takes nothing more. */
export class CacheFilling {
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;

  constructor(writer: WritableStreamDefaultWriter<Uint8Array> | undefined) {
    this.#writer = writer;
    writer?.closed.catch(() => undefined);
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#attempt(async (writer) => {
      await writer.ready;
      await writer.write(chunk);
    });
  }

  /** It is complete, and what it should be. */
  async end(): Promise<void> {
    await this.#attempt((writer) => writer.close());
    this.#writer = undefined;
  }

  /** Nothing will come of it. */
  async abandon(): Promise<void> {
    await this.#attempt((writer) => writer.abort());
    this.#writer = undefined;
  }

  async #attempt(act: (writer: WritableStreamDefaultWriter<Uint8Array>) => Promise<void>): Promise<void> {
    if (this.#writer === undefined) return;
    try {
      await act(this.#writer);
    } catch {
      this.#writer = undefined;
    }
  }
}
