import type { ByteRange, ByteStream } from '../kernel/content.js';

/** The address of a blob: content is known by the SHA-256 of its plain bytes, apart for each tenant. */
export interface BlobKey {
  readonly tenant_id: string;
  readonly checksum_sha256: string;
}

/** A stored blob as a listing shows it. */
export interface BlobEntry {
  readonly checksum_sha256: string;
  readonly size_bytes: number;
  /** When the blob was stored or found again by a push, in milliseconds since the epoch. */
  readonly touched_at_ms: number;
}

/** There is no blob under the address. */
export class BlobMissingError extends Error {
  override readonly name = 'BlobMissingError';
  constructor(key: BlobKey) {
    super(`no blob ${key.checksum_sha256} of tenant ${key.tenant_id}`);
  }
}

/**
 * Where blobs are kept. A backend is dumb on purpose: it stores bytes under an address, knows nothing of documents, and
 * never decides what may be removed. What every backend promises (and `backend.contract.ts` checks):
 *
 * - `put` is atomic and durable: once it has resolved, the blob survives a crash and a power cut; before that, either
 *   nothing or the whole content is under the address, never a part. The staged file is left as it was.
 * - `put` of an address that is taken keeps one copy and renews its `touched_at_ms`; a copy of another size is damage
 *   and is replaced.
 * - `open` streams exactly the range it was asked for, or fails with {@link BlobMissingError} before the first byte. A
 *   reader that has begun is not disturbed by `remove`.
 * - `remove` is durable and safe to repeat.
 * - `removeTenant` removes all blobs of a tenant; it is durable and safe to repeat. What is put meanwhile may stay.
 * - `list` gives the blobs of one partition (the first two hex digits) of a tenant, in any order.
 */
export interface BlobBackend {
  put(key: BlobKey, stagedPath: string, size_bytes: number): Promise<void>;
  has(key: BlobKey): Promise<boolean>;
  open(key: BlobKey, range: ByteRange): Promise<ByteStream>;
  remove(key: BlobKey): Promise<void>;
  removeTenant(tenant_id: string): Promise<void>;
  tenants(): Promise<string[]>;
  list(tenant_id: string, partition: string): Promise<BlobEntry[]>;
  /** Resolves when the backend can be written to, fails with the reason when not. */
  check(): Promise<void>;
}
