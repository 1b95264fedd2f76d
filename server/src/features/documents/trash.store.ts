/** The rows of the trash. Plain functions: the connection or transaction first, the tenant in every one. */
import type { Session } from '../../db/index.js';
import type { LabelGroups } from '../../kernel/rights.js';
import * as sql from './trash.sql.js';
import type { TrashRow } from './trash.sql.js';

export type { TrashRow } from './trash.sql.js';

/** A document in the trash, or undefined. */
export async function findTrash(db: Session, tenant_id: string, document_id: string): Promise<TrashRow | undefined> {
  const [row] = await db.run(sql.trashById, { tenant_id, document_id });
  return row;
}

/** What was deleted below a place in the journal and has a label of each group, the last deleted first. */
export async function listTrash(
  db: Session,
  tenant_id: string,
  groups: LabelGroups,
  below: number,
  limit: number,
): Promise<TrashRow[]> {
  return (await sql.trashBelow(db.knex, tenant_id, groups, below, limit)) as TrashRow[];
}

/** What was deleted before a time, the first deleted first. */
export async function listTrashBefore(
  db: Session,
  tenant_id: string,
  before: Date,
  limit: number,
): Promise<TrashRow[]> {
  return (await sql.trashBefore(db.knex, tenant_id, before.toISOString(), limit)) as TrashRow[];
}

export async function insertTrash(tx: Session, tenant_id: string, row: TrashRow): Promise<void> {
  await tx.run(sql.insertTrash, { tenant_id, ...row });
}

export async function deleteTrash(tx: Session, tenant_id: string, document_id: string): Promise<void> {
  await tx.run(sql.deleteTrash, { tenant_id, document_id });
}
