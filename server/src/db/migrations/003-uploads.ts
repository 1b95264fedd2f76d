import type { Knex } from 'knex';
import { createClusteredTable } from '../dialect-schema.js';

/**
 * Uploads that arrive in pieces. How much has arrived is not here: the file on the disk says it. A row tells what is to
 * become of the file, and, when it is closed, what became of it.
 */
export async function up(db: Knex): Promise<void> {
  await createClusteredTable(db, 'uploads', (table) => {
    table.string('tenant_id', 64).notNullable().references('tenants.tenant_id');
    table.string('upload_id', 32).notNullable();
    table.bigInteger('size_bytes').notNullable();
    table.text('metadata').notNullable();
    table.text('plan').notNullable();
    table.string('state', 8).notNullable();
    table.text('outcome');
    table.string('created_at', 24).notNullable();
    table.string('closed_at', 24);
    table.primary(['tenant_id', 'upload_id']);
  });
}
