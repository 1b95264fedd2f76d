/**
 * Where a client keeps content that it has downloaded, by its SHA-256 in lower-case hex, and which of it stood last under
 * which key. Keys are made by the client: one for each document and for each of its versions, on each server.
 *
 * An implementation may reject: the client then goes on without it. One cache may serve several clients and processes.
 */
export interface ContentCache {
  /** What stood last under a key; undefined also when that content is not held any more. */
  digestOf(key: string): Promise<string | undefined>;
  /** Whether a content is held, as far as that can be said without reading it. */
  holds(checksumSha256: string): Promise<boolean>;
  /** A content that is held, verified before it is given out; undefined when there is none (any more). */
  open(checksumSha256: string): Promise<CachedContent | undefined>;
  /**
   * Takes a content that is about to arrive. `close` puts it in, under the keys, if its digest is right; `abort` forgets
   * it.
   *
   * @returns undefined when nothing has to arrive: it is held already, and stands under the keys now, or is not wanted
   */
  writer(
    keys: readonly string[],
    checksumSha256: string,
    sizeBytes: number,
  ): Promise<WritableStream<Uint8Array> | undefined>;
}

/** A content out of a cache. Read the body to its end or cancel it. */
export interface CachedContent {
  sizeBytes: number;
  body: ReadableStream<Uint8Array>;
}
