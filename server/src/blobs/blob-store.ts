import path from 'node:path';
import { Readable } from 'node:stream';
import type { ByteRange, ByteStream, StagedContent } from '../kernel/content.js';
import type { BlobBackend, BlobEntry, BlobKey } from './backend.js';
import { LocalBackend } from './backends/local.js';
import { openLayout } from './layout.js';
import { ResumableStaging, type ResumableKey } from './resumable-staging.js';
import { StagingArea, type StagedFile } from './staging.js';

/** Partitions of a tenant's blobs: the first two hex digits of the digest. */
const PARTITIONS = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

const PIECE_BYTES = 256 * 1024;

/**
 * Content-addressed storage: stage a stream, publish it under its digest, open it, remove it. It knows bytes and tenants,
 * nothing of documents; what may be removed is decided by whoever owns the rows that point here.
 */
export class BlobStore {
  readonly #backend: BlobBackend;
  readonly #staging: StagingArea;
  /** Where content lies that arrives in pieces. */
  readonly resumable: ResumableStaging;

  constructor(backend: BlobBackend, staging: StagingArea, resumable: ResumableStaging) {
    this.#backend = backend;
    this.#staging = staging;
    this.resumable = resumable;
  }

  /**
   * Receives a stream: hashed, counted and durable in the staging area. Attached to the source before this returns.
   * Rejects with the source's or the disk's error and leaves nothing behind.
   */
  async stage(source: Readable): Promise<StagedContent> {
    return this.#toContent(await this.#staging.receive(source));
  }

  /** Does the same with content that is in memory. */
  stageBytes(content: Uint8Array): Promise<StagedContent> {
    return this.stage(Readable.from(pieces(content)));
  }

  /**
   * Content that has arrived in pieces, all of which lie there; to be called by who has its lock. Discarding it gives the
   * pieces up.
   */
  async stageResumable(key: ResumableKey): Promise<StagedContent> {
    return this.#toContent(await this.resumable.finish(key));
  }

  /**
   * Opens a stored blob, or a range of it.
   *
   * @throws BlobMissingError before the first byte
   */
  open(key: BlobKey, range: ByteRange): Promise<ByteStream> {
    return this.#backend.open(key, range);
  }

  /**
   * A blob or a range of it, in memory of its own. For what is known to be small.
   *
   * @throws BlobMissingError
   */
  async read(key: BlobKey, range: ByteRange): Promise<Uint8Array> {
    const content = new Uint8Array(range.end - range.start + 1);
    let filled = 0;
    for await (const chunk of await this.open(key, range)) {
      content.set(chunk, filled);
      filled += chunk.length;
    }
    return content;
  }

  has(key: BlobKey): Promise<boolean> {
    return this.#backend.has(key);
  }

  /** Removes a blob for good. The caller vouches that no row points at it, and holds the lock that keeps it so. */
  remove(key: BlobKey): Promise<void> {
    return this.#backend.remove(key);
  }

  /** Removes everything that a tenant has here, durably. Safe to repeat. */
  async removeTenant(tenant_id: string): Promise<void> {
    await this.resumable.removeTenant(tenant_id);
    await this.#backend.removeTenant(tenant_id);
  }

  /** Every stored blob, a partition at a time, so that a walk over millions never holds more than one of 256. */
  async *partitions(): AsyncGenerator<{ tenant_id: string; partition: string; blobs: BlobEntry[] }> {
    for (const tenant_id of await this.#backend.tenants()) {
      for (const partition of PARTITIONS) {
        const blobs = await this.#backend.list(tenant_id, partition);
        if (blobs.length > 0) yield { tenant_id, partition, blobs };
      }
    }
  }

  /** Removes what killed servers left in the staging area and nobody touched since `before_ms`. Returns how many files. */
  clearStaleStaging(before_ms: number): Promise<number> {
    return this.#staging.clearStale(before_ms);
  }

  /** Resolves when content can be stored, fails with the reason when not. */
  check(): Promise<void> {
    return this.#backend.check();
  }

  #toContent(staged: StagedFile): StagedContent {
    const { checksum_sha256, size_bytes } = staged;
    return {
      checksum_sha256,
      size_bytes,
      publish: (tenant_id) => this.#backend.put({ tenant_id, checksum_sha256 }, staged.path, size_bytes),
      isPublished: (tenant_id) => this.#backend.has({ tenant_id, checksum_sha256 }),
      read: () => this.#staging.read(staged),
      discard: () => {
        this.#staging.discard(staged);
      },
    };
  }
}

/** Hashed and written piece by piece, so that no piece holds up the event loop. */
function* pieces(content: Uint8Array): Generator<Buffer> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) yield bytes.subarray(start, start + PIECE_BYTES);
}

/**
 * Opens the store in the folder `root`, which is made if it is not there.
 *
 * @throws Error when the folder cannot be used or has a layout of another version
 */
export async function openBlobStore(root: string): Promise<BlobStore> {
  await openLayout(root);
  const staging = await StagingArea.open(path.join(root, '.staging'));
  return new BlobStore(new LocalBackend(root), staging, new ResumableStaging(path.join(root, '.uploads')));
}
