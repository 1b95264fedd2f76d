import type { BlobStore } from '../../blobs/index.js';
import type { Database } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import { listTenants } from '../documents/index.js';
import * as store from './uploads.store.js';
import type { UploadRecord } from './uploads.store.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long somebody who comes back too late is told so, and not that there never was such an upload. */
const EXPIRED_KNOWN_MS = 7 * DAY_MS;

export interface UploadExpiryOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** How long an upload may lie still before it is given up, and how long a complete one is remembered. */
  readonly keepMs: number;
  /** How long a file without a row is left alone: its row may be on its way. */
  readonly graceMs: number;
}

/** Gives up uploads that were not finished in time, and forgets those that are over. */
export class UploadExpiry {
  readonly #options: UploadExpiryOptions;

  constructor(options: UploadExpiryOptions) {
    this.#options = options;
  }

  /** One walk over all uploads. Returns how many were given up; stops early when `signal` is aborted. */
  async collect(signal?: AbortSignal): Promise<number> {
    const { db, blobs } = this.#options;
    let given_up = 0;
    for (const tenant_id of await listTenants(db.read)) {
      const records = await store.listUploads(db.read, tenant_id);
      for (const record of records) {
        if (signal?.aborted) return given_up;
        if (record.state.is === 'open') given_up += await this.#giveUp(record);
        else await this.#forget(record, record.state);
      }
      const open = new Set(records.filter(({ state }) => state.is === 'open').map(({ upload_id }) => upload_id));
      for (const upload_id of await blobs.resumable.list(tenant_id)) {
        if (!open.has(upload_id)) await this.#removeFile({ tenant_id, upload_id });
      }
    }
    return given_up;
  }

  /** Whoever is writing to an upload, or finishing it, is not disturbed, however long that takes. */
  async #giveUp(record: UploadRecord): Promise<number> {
    const { db, blobs, clock, keepMs } = this.#options;
    const now = clock.now();
    const file = await blobs.resumable.state(record);
    const expires_at = new Date(file ? file.written_at_ms + keepMs : now);
    if (expires_at > now) return 0;
    const lock = blobs.resumable.lock(record);
    if (!lock) return 0;
    try {
      const isOpen = (await store.findUpload(db.read, record))?.state.is === 'open';
      if (!isOpen || (await blobs.resumable.state(record))?.written_at_ms !== file?.written_at_ms) return 0;
      await db.write((tx) => store.expireUpload(tx, record, expires_at.toISOString()));
      blobs.resumable.remove(record);
      return 1;
    } finally {
      lock.release();
    }
  }

  async #forget(record: UploadRecord, { is, at }: { is: 'complete' | 'expired'; at: string }): Promise<void> {
    const { db, clock, keepMs } = this.#options;
    const known_ms = is === 'complete' ? keepMs : EXPIRED_KNOWN_MS;
    if (Date.parse(at) + known_ms > clock.now().getTime()) return;
    await db.write((tx) => store.deleteUpload(tx, record));
  }

  /** A file whose upload is over or was never recorded: a server was killed at that moment. */
  async #removeFile(key: store.UploadKey): Promise<void> {
    const { db, blobs, clock, graceMs } = this.#options;
    const file = await blobs.resumable.state(key);
    if (file && file.written_at_ms > clock.now().getTime() - graceMs) return;
    if ((await store.findUpload(db.read, key))?.state.is === 'open') return;
    blobs.resumable.remove(key);
  }
}
