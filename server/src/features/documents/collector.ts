import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlobEntry, BlobStore } from '../../blobs/index.js';
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import type { Retention } from './retention.js';
import type { Trash } from './trash.js';
import { isReferenced, referencedChecksums } from './versions.store.js';

/** What one run of the collector did. */
export interface Collection {
  readonly removed_blobs: number;
  readonly removed_bytes: number;
  readonly removed_staging_files: number;
  readonly purged_documents: number;
  readonly removed_versions: number;
  readonly expired_uploads: number;
}

/** Something else that is collected on the way. */
export interface Collectable {
  /** Returns how much was collected; stops early when `signal` is aborted. */
  collect(signal?: AbortSignal): Promise<number>;
}

export interface CollectorOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly trash: Trash;
  readonly retention: Retention;
  /** Uploads that were not finished in time. */
  readonly uploads?: Collectable | undefined;
  /** How long what nobody needs is left alone, in milliseconds. */
  readonly graceMs: number;
}

/**
 * Purges what has been in the trash for its time and thins old versions; then removes blobs that no version points at,
 * and staging files that nobody writes to any more, once they have been left alone for a grace period. A blob is removed
 * inside a write transaction, after a last look that no version has come to point at it; a push looks inside its own
 * whether its blob is still there. The database lets one write at a time, over all processes, so the two cannot miss each
 * other.
 */
export class Collector {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #trash: Trash;
  readonly #retention: Retention;
  readonly #uploads: Collectable | undefined;
  readonly #graceMs: number;

  constructor({ db, blobs, clock, trash, retention, uploads, graceMs }: CollectorOptions) {
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#trash = trash;
    this.#retention = retention;
    this.#uploads = uploads;
    this.#graceMs = graceMs;
  }

  /** One walk over everything stored. Stops early, with what it has done, when `signal` is aborted. */
  async run(signal?: AbortSignal): Promise<Collection> {
    const before_ms = this.#clock.now().getTime() - this.#graceMs;
    const purged_documents = await this.#trash.purgeExpired(signal);
    const removed_versions = await this.#retention.thin(signal);
    const expired_uploads = (await this.#uploads?.collect(signal)) ?? 0;
    let removed_blobs = 0;
    let removed_bytes = 0;
    for await (const { tenant_id, partition, blobs } of this.#blobs.partitions()) {
      if (signal?.aborted) break;
      const referenced = await referencedChecksums(this.#db.read, tenant_id, partition);
      for (const blob of blobs) {
        if (referenced.has(blob.checksum_sha256) || blob.touched_at_ms > before_ms) continue;
        if (!(await this.#remove(tenant_id, blob))) continue;
        removed_blobs += 1;
        removed_bytes += blob.size_bytes;
      }
      await nextTurn();
    }
    const removed_staging_files = await this.#blobs.clearStaleStaging(before_ms);
    return { removed_blobs, removed_bytes, removed_staging_files, purged_documents, removed_versions, expired_uploads };
  }

  #remove(tenant_id: string, { checksum_sha256 }: BlobEntry): Promise<boolean> {
    return this.#db.write(async (tx) => {
      if (await isReferenced(tx, tenant_id, checksum_sha256)) return false;
      // The transaction may hold another's deletion that is not committed, and may never be: what is committed counts too.
      if (await isReferenced(this.#db.read, tenant_id, checksum_sha256)) return false;
      await this.#blobs.remove({ tenant_id, checksum_sha256 });
      return true;
    });
  }
}
