import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlobStore } from '../../blobs/index.js';
import { dropSearchIndex, indexTables, tenantNumber, type Database } from '../../db/index.js';
import * as sql from './deletion.sql.js';
import type { TenantRow } from './tenants.sql.js';

/** Rows that one transaction removes: a few milliseconds, in which others wait. */
const STEP = 500;

/**
 * Removes a tenant with all it has. It is suspended first, so that nothing comes back, and its own row goes last: whatever
 * cuts this off, doing it again goes on. In the steps between, others work.
 *
 * @param at UTC, ISO 8601
 */
export async function removeTenant(
  { db, blobs }: { readonly db: Database; readonly blobs: BlobStore },
  { tenant_id, first_sequence }: Pick<TenantRow, 'tenant_id' | 'first_sequence'>,
  at: string,
): Promise<void> {
  await db.write((tx) => tx.run(sql.beginDeletion, { tenant_id, at }));
  for (const table of sql.TABLES) {
    for (let removed = STEP; removed === STEP;) {
      removed = await db.write(async (tx) => Number(await sql.deleteSome(tx.knex, table, tenant_id, STEP)));
      await nextTurn();
    }
  }
  await blobs.removeTenant(tenant_id);
  await db.write(async (tx) => {
    for (const use of ['live', 'rebuilding'] as const) {
      await dropSearchIndex(tx.knex, indexTables(tenantNumber(first_sequence), use));
    }
    // What somebody who was admitted before has still brought in.
    for (const table of sql.TABLES) await sql.deleteAll(tx.knex, table, tenant_id);
    await tx.run(sql.insertFormer, { tenant_id, first_sequence });
    await tx.run(sql.deleteTenant, { tenant_id });
  });
  await blobs.removeTenant(tenant_id);
}
