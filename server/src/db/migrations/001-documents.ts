import type { Knex } from 'knex';
import { createNameIndex } from '../dialect-schema.js';

/**
 * The first tables. Every key and index starts with the tenant. `sequence` is the place of a change in its tenant's
 * journal; a document carries that of its creation, which orders documents without ties and is unique over all tenants
 * (each tenant counts in a range of its own).
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('tenants', (table) => {
    table.string('tenant_id', 64).primary();
    table.bigInteger('first_sequence').notNullable();
    table.bigInteger('last_sequence').notNullable();
    table.string('created_at', 24).notNullable();
  });
  await db.schema.createTable('documents', (table) => {
    table.string('tenant_id', 64).notNullable().references('tenants.tenant_id');
    table.string('document_id', 16).notNullable();
    table.bigInteger('sequence').notNullable();
    table.string('name', 255).notNullable();
    table.text('name_folded').notNullable();
    table.text('description').notNullable();
    table.integer('current_version').notNullable();
    table.string('uploaded_at', 24).notNullable();
    table.primary(['tenant_id', 'document_id']);
    table.unique(['tenant_id', 'sequence']);
  });
  await db.schema.createTable('document_versions', (table) => {
    table.string('tenant_id', 64).notNullable();
    table.string('document_id', 16).notNullable();
    table.integer('version').notNullable();
    table.string('checksum_sha256', 64).notNullable();
    table.bigInteger('size_bytes').notNullable();
    table.string('mime_type', 255).notNullable();
    table.string('original_filename', 255).notNullable();
    table.string('created_at', 24).notNullable();
    table.string('created_by', 255).notNullable();
    table.primary(['tenant_id', 'document_id', 'version']);
    table.index(['tenant_id', 'checksum_sha256']);
    table
      .foreign(['tenant_id', 'document_id'])
      .references(['tenant_id', 'document_id'])
      .inTable('documents')
      .onDelete('CASCADE');
  });
  await db.schema.createTable('document_tags', (table) => {
    table.string('tenant_id', 64).notNullable();
    table.string('tag', 100).notNullable();
    table.bigInteger('sequence').notNullable();
    table.integer('position').notNullable();
    table.primary(['tenant_id', 'tag', 'sequence']);
    table.index(['tenant_id', 'sequence', 'position', 'tag']);
    table
      .foreign(['tenant_id', 'sequence'])
      .references(['tenant_id', 'sequence'])
      .inTable('documents')
      .onDelete('CASCADE');
  });
  await db.schema.createTable('events', (table) => {
    table.string('tenant_id', 64).notNullable().references('tenants.tenant_id');
    table.bigInteger('sequence').notNullable();
    table.string('type', 64).notNullable();
    table.string('document_id', 16).notNullable();
    table.integer('version').notNullable();
    table.string('principal_id', 255).notNullable();
    table.string('occurred_at', 24).notNullable();
    table.text('data').notNullable();
    table.primary(['tenant_id', 'sequence']);
  });
  await createNameIndex(db);
  await db('tenants').insert({
    tenant_id: 'default',
    first_sequence: 2 ** 32,
    last_sequence: 2 ** 32,
    created_at: new Date().toISOString(),
  });
}
