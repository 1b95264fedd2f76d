import { createSearchIndex, indexTables, tenantNumber, type Database } from '../db/index.js';

/** Adds a tenant beside the default one, whose range of sequences is the one of number 1. */
export async function addTenant(db: Database, tenant_id: string, number = 2): Promise<void> {
  const first_sequence = number * 2 ** 32;
  const row = { tenant_id, first_sequence, last_sequence: first_sequence, created_at: 'today' };
  await db.write(async ({ knex }) => {
    await knex('tenants').insert(row);
    await createSearchIndex(knex, indexTables(tenantNumber(first_sequence)));
  });
}
