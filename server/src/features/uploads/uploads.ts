/** The use cases of uploads in pieces. */
import type { Readable } from 'node:stream';
import type { BlobStore } from '../../blobs/index.js';
import type { Database, Session } from '../../db/index.js';
import type { Clock } from '../../kernel/clock.js';
import { isMet, versionMismatch } from '../../kernel/precondition.js';
import type { Principal } from '../../kernel/principal.js';
import { isAllowedOnAll } from '../../kernel/rights.js';
import { Problem } from '../../kernel/problem.js';
import { assertMayPush, findUsage, presentContent, quotaExceeded } from '../documents/index.js';
import type { Fulfilment } from './fulfilment.js';
import { UploadLocks } from './upload-locks.js';
import * as store from './uploads.store.js';
import type { Outcome, UploadKey, UploadRecord } from './uploads.store.js';

/** An upload as it is at this moment. */
export interface Upload {
  readonly upload_id: string;
  readonly size_bytes: number;
  /** How many bytes have arrived. */
  readonly offset_bytes: number;
  /** What the client said at the beginning, as it said it. */
  readonly metadata: string;
  /** When it is given up, or forgotten once it is complete. */
  readonly expires_at: Date;
  /** What it became, once it is complete. */
  readonly outcome: Outcome | undefined;
}

export interface UploadsOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly fulfilment: Fulfilment;
  /** How long an upload may lie still before it is given up, and how long a complete one is remembered. */
  readonly keepMs: number;
}

/**
 * Files that arrive in pieces. How much has arrived is what lies on the disk, whoever wrote it; the row tells the rest.
 * Who writes, finishes or removes holds the upload's lock.
 */
export class Uploads {
  readonly locks: UploadLocks;
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #fulfilment: Fulfilment;
  readonly #keepMs: number;

  constructor({ db, blobs, clock, fulfilment, keepMs }: UploadsOptions) {
    this.locks = new UploadLocks(blobs);
    this.#db = db;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#fulfilment = fulfilment;
    this.#keepMs = keepMs;
  }

  /**
   * Begins an upload.
   *
   * @throws Problem `document_not_found`, and `version_mismatch` when it is clear already that it can become nothing;
   *   `quota_exceeded` when there is no room for it beside those that are not finished
   */
  async create(
    principal: Principal,
    upload: Pick<store.NewUpload, 'upload_id' | 'size_bytes' | 'metadata' | 'plan'>,
  ): Promise<void> {
    await this.#assertPossible(principal, upload);
    const { tenant_id, principal_id: created_by } = principal;
    const key = { tenant_id, upload_id: upload.upload_id };
    // The file first: a row without one is an upload whose bytes were lost.
    await this.#blobs.resumable.create(key);
    try {
      const created_at = this.#clock.now().toISOString();
      await this.#db.write(async (tx) => {
        await store.insertUpload(tx, { tenant_id, ...upload, created_at, created_by });
        await assertRoom(tx, tenant_id);
      });
    } catch (error) {
      this.#blobs.resumable.remove(key);
      throw error;
    }
  }

  /** How far an upload is. @throws Problem `upload_not_found`, `upload_expired` */
  async find(principal: Principal, upload_id: string): Promise<Upload> {
    const key = { tenant_id: principal.tenant_id, upload_id };
    const record = await this.#present(key, principal);
    if (record.state.is === 'complete') {
      const upload = this.#completeUpload(record, record.state);
      return {
        ...upload,
        outcome: await this.#fulfilment.asIndexedNow(principal, record.state.outcome),
      };
    }
    const file = await this.#blobs.resumable.state(key);
    if (!file) return await this.#findWithoutFile(key, principal);
    const expires_at = new Date(file.written_at_ms + this.#keepMs);
    if (expires_at <= this.#clock.now()) throw uploadExpired(expires_at.toISOString());
    return { ...pick(record), offset_bytes: file.size_bytes, expires_at, outcome: undefined };
  }

  /**
   * Adds what `source` gives behind the first `offset` bytes; to be called by who holds the lock. However the source ends,
   * what it gave is kept.
   *
   * @returns how many bytes there are then
   * @throws the source's error, Problem `insufficient_storage`, `quota_exceeded`
   */
  async append({ tenant_id }: Principal, upload_id: string, offset: number, source: Readable): Promise<number> {
    const key = { tenant_id, upload_id };
    try {
      // Others may have used up what there was room for.
      await assertRoom(this.#db.read, tenant_id, upload_id);
      await this.#blobs.resumable.append(key, offset, source);
    } catch (error) {
      throw isDiskFull(error) ? diskFull(error) : error;
    }
    return (await this.#blobs.resumable.state(key))?.size_bytes ?? 0;
  }

  /**
   * Makes of the bytes, all of which have arrived, what they were to become; to be called by who holds the lock. What was
   * made already is told again.
   *
   * @throws Problem `checksum_mismatch`, which ends the upload, and whatever a push may be refused with, which does not
   */
  async complete(principal: Principal, upload_id: string): Promise<Outcome> {
    const key = { tenant_id: principal.tenant_id, upload_id };
    const record = await this.#present(key, principal);
    const { state } = record;
    const outcome = state.is === 'complete' ? state.outcome : await this.#fulfilment.fulfil(principal, record);
    // Also when that was done before: by a server, perhaps, that was killed right then.
    this.#blobs.resumable.remove(key);
    return outcome;
  }

  /** The same, with the lock taken. @throws Problem as `complete`, and `upload_locked` */
  async completeAlone(principal: Principal, upload_id: string): Promise<Outcome> {
    // What is being made cannot be stopped, and need not: there is nothing left to send.
    const release = await this.locks.acquire({ tenant_id: principal.tenant_id, upload_id }, () => undefined);
    try {
      return await this.complete(principal, upload_id);
    } finally {
      release();
    }
  }

  /**
   * Gives an upload up and forgets it; to be called by who holds the lock. What it has become stays.
   *
   * @throws Problem `upload_not_found`, `upload_expired`
   */
  async remove(principal: Principal, upload_id: string): Promise<void> {
    await this.find(principal, upload_id);
    const key = { tenant_id: principal.tenant_id, upload_id };
    await this.#db.write((tx) => store.deleteUpload(tx, key));
    this.#blobs.resumable.remove(key);
  }

  /** Refuses early what would be refused at the end, before a large file has been sent in vain. */
  async #assertPossible(principal: Principal, { plan }: Pick<store.NewUpload, 'plan'>) {
    const { target, checksum_sha256 } = plan;
    if (!('document_id' in target)) {
      await assertMayPush(this.#db.read, principal, target);
      return;
    }
    const current = await presentContent(this.#db.read, principal, 'write', target.document_id);
    const isThere = current.checksum_sha256 === checksum_sha256;
    if (!target.merge && !isThere && !isMet(target.precondition, current)) throw versionMismatch(current);
  }

  /** The upload, if it is open or complete. */
  async #present(key: UploadKey, { principal_id, rights }: Principal): Promise<UploadRecord> {
    const record = await store.findUpload(this.#db.read, key);
    // Whoever may not change every document goes on with nobody's uploads but its own.
    const isOwn = record?.created_by === principal_id || isAllowedOnAll(rights, 'write');
    if (!record || !isOwn) throw uploadNotFound(key.upload_id);
    if (record.state.is === 'expired') throw uploadExpired(record.state.at);
    return record;
  }

  #completeUpload(record: UploadRecord, { outcome, at }: { outcome: Outcome; at: string }): Upload {
    const expires_at = new Date(Date.parse(at) + this.#keepMs);
    if (expires_at <= this.#clock.now()) throw uploadNotFound(record.upload_id);
    return { ...pick(record), offset_bytes: record.size_bytes, expires_at, outcome };
  }

  /** The file has gone since the row was read, or somebody has taken it away. */
  async #findWithoutFile(key: UploadKey, principal: Principal): Promise<Upload> {
    const record = await this.#present(key, principal);
    if (record.state.is === 'complete') return this.#completeUpload(record, record.state);
    throw new Problem('upload_expired', 'What had arrived of the upload is lost. Begin again.');
  }
}

/**
 * Sees to it that the uploads of a tenant that are not finished have room, with their whole sizes: how many there may be at
 * once is bounded by nothing else. With an id, that upload alone.
 *
 * @throws Problem `quota_exceeded`
 */
async function assertRoom(db: Session, tenant_id: string, upload_id?: string): Promise<void> {
  const quota = await findUsage(db, tenant_id);
  if (quota.allowed_bytes === undefined) return;
  const open = (await store.listUploads(db, tenant_id)).filter(
    (upload) => upload.state.is === 'open' && (upload_id === undefined || upload.upload_id === upload_id),
  );
  const open_bytes = open.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  if (quota.used_bytes + open_bytes <= quota.allowed_bytes) return;
  const others = upload_id === undefined && open.length > 1 ? ' Unfinished uploads count; finish or delete them.' : '';
  throw quotaExceeded(`The upload is larger than what is left of the tenant's quota.${others}`, quota);
}

function pick({
  upload_id,
  size_bytes,
  metadata,
}: UploadRecord): Pick<Upload, 'upload_id' | 'size_bytes' | 'metadata'> {
  return { upload_id, size_bytes, metadata };
}

function uploadNotFound(upload_id: string): Problem {
  return new Problem('upload_not_found', `There is no upload ${upload_id}. Begin one with POST /uploads.`);
}

function uploadExpired(at: string): Problem {
  return new Problem('upload_expired', `The upload expired at ${at}. Begin again.`);
}

function isDiskFull(error: unknown): boolean {
  return /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '');
}

function diskFull(cause: unknown): Problem {
  const detail = "There is no room left on the server's disk. What arrived is kept; go on there when there is room.";
  return new Problem('insufficient_storage', detail, { cause });
}
