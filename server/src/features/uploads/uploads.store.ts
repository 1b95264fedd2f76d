/** The uploads' rows. Plain functions: the connection or transaction first, the tenant in every one. */
import type { Session } from '../../db/index.js';
import type { Document, VersionChange } from '../../kernel/contract.js';
import type { UploadPlan } from './plan.js';
import * as sql from './uploads.sql.js';
import type { UploadKey, UploadRow } from './uploads.sql.js';

export type { UploadKey } from './uploads.sql.js';

/** What an upload became, as whoever finished it was told. */
export type Outcome = { readonly document: Document } | { readonly change: VersionChange };

/** What is known of an upload beside its bytes. */
export interface UploadRecord extends UploadKey {
  readonly size_bytes: number;
  readonly metadata: string;
  readonly plan: UploadPlan;
  readonly created_by: string;
  readonly state:
    | { readonly is: 'open' }
    | { readonly is: 'complete'; readonly outcome: Outcome; readonly at: string }
    | { readonly is: 'expired'; readonly at: string };
}

export interface NewUpload extends UploadKey {
  readonly size_bytes: number;
  readonly metadata: string;
  readonly plan: UploadPlan;
  readonly created_at: string;
  readonly created_by: string;
}

export async function insertUpload(tx: Session, upload: NewUpload): Promise<void> {
  const plan = JSON.stringify(upload.plan);
  await tx.run(sql.insertUpload, { ...upload, plan, state: 'open', outcome: null, closed_at: null });
}

/** One upload, or undefined when the tenant has none of that id. */
export async function findUpload(db: Session, key: UploadKey): Promise<UploadRecord | undefined> {
  const [row] = await db.run(sql.uploadById, key);
  return row && toRecord(row);
}

/** All uploads of a tenant; those that are forgotten are gone, so they are few. */
export async function listUploads(db: Session, tenant_id: string): Promise<UploadRecord[]> {
  return (await db.run(sql.uploadsOfTenant, { tenant_id })).map(toRecord);
}

/** Notes what an upload became. */
export async function completeUpload(tx: Session, key: UploadKey, outcome: Outcome, at: string): Promise<void> {
  const { tenant_id, upload_id } = key;
  const columns = { state: 'complete', outcome: JSON.stringify(outcome), closed_at: at } as const;
  await tx.run(sql.closeUpload, { tenant_id, upload_id, ...columns });
}

/** Notes that an upload was given up, and when it had expired. */
export async function expireUpload(tx: Session, key: UploadKey, at: string): Promise<void> {
  const { tenant_id, upload_id } = key;
  await tx.run(sql.closeUpload, { tenant_id, upload_id, state: 'expired', outcome: null, closed_at: at });
}

/** Forgets an upload. */
export async function deleteUpload(tx: Session, { tenant_id, upload_id }: UploadKey): Promise<void> {
  await tx.run(sql.deleteUpload, { tenant_id, upload_id });
}

function toRecord({ tenant_id, upload_id, size_bytes, metadata, created_by, ...row }: UploadRow): UploadRecord {
  const plan = JSON.parse(row.plan) as UploadPlan;
  return { tenant_id, upload_id, size_bytes, metadata, plan, created_by, state: toState(row) };
}

function toState(row: Pick<UploadRow, 'state' | 'outcome' | 'closed_at'>): UploadRecord['state'] {
  const at = row.closed_at ?? '';
  if (row.state === 'complete') return { is: 'complete', outcome: JSON.parse(row.outcome ?? '') as Outcome, at };
  return row.state === 'expired' ? { is: 'expired', at } : { is: 'open' };
}
