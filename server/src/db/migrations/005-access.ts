import type { Knex } from 'knex';
import { countUsage, createClusteredTable } from '../dialect-schema.js';

/**
 * Who may do what: tenants with quotas, keys, collections with grants, links. What a tenant uses is counted by the
 * database itself, so that no way of writing can forget it.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('tenants', (table) => {
    table.string('name', 255).notNullable().defaultTo('');
    table.string('suspended_at', 24);
    table.string('deletion_started_at', 24);
    table.bigInteger('allowed_bytes');
    table.bigInteger('allowed_documents');
    table.bigInteger('used_bytes').notNullable().defaultTo(0);
    table.bigInteger('used_documents').notNullable().defaultTo(0);
  });
  // Ranges of sequences that were a tenant's once: no other one gets them, whatever is still known of them somewhere.
  await db.schema.createTable('former_tenants', (table) => {
    table.string('tenant_id', 64).notNullable();
    table.bigInteger('first_sequence').notNullable();
    table.primary(['tenant_id', 'first_sequence']);
  });
  await db.schema.alterTable('uploads', (table) => {
    table.string('created_by', 255).notNullable().defaultTo('');
  });
  await countUsage(db);
  await createKeys(db);
  await createCollections(db);
  await createLinks(db);
}

async function createKeys(db: Knex): Promise<void> {
  await createClusteredTable(db, 'api_keys', (table) => {
    // Alone, because a key is what tells the tenant.
    table.string('key_id', 16).notNullable();
    table.string('tenant_id', 64).notNullable().references('tenants.tenant_id');
    table.string('name', 255).notNullable();
    table.string('secret_hash', 64).notNullable();
    table.string('previous_hash', 64);
    table.string('previous_until', 24);
    table.text('scopes').notNullable();
    table.text('limits');
    table.string('created_at', 24).notNullable();
    table.string('created_by', 255).notNullable();
    table.string('expires_at', 24);
    table.string('last_used_at', 24);
    table.string('revoked_at', 24);
    table.primary(['key_id']);
  });
  await db.schema.alterTable('api_keys', (table) => {
    table.index(['tenant_id', 'created_at', 'key_id']);
  });
}

async function createCollections(db: Knex): Promise<void> {
  await createClusteredTable(db, 'collections', (table) => {
    table.string('tenant_id', 64).notNullable().references('tenants.tenant_id');
    table.string('collection_id', 16).notNullable();
    table.string('name', 255).notNullable();
    table.text('description').notNullable();
    table.string('created_at', 24).notNullable();
    table.string('created_by', 255).notNullable();
    table.string('updated_at', 24).notNullable();
    table.primary(['tenant_id', 'collection_id']);
    table.unique(['tenant_id', 'name']);
  });
  await createClusteredTable(db, 'collection_documents', (table) => {
    table.string('tenant_id', 64).notNullable();
    table.string('document_id', 16).notNullable();
    table.string('collection_id', 16).notNullable();
    table.string('added_at', 24).notNullable();
    table.string('added_by', 255).notNullable();
    table.primary(['tenant_id', 'document_id', 'collection_id']);
  });
  await db.schema.alterTable('collection_documents', (table) => {
    table.index(['tenant_id', 'collection_id', 'document_id']);
  });
  await createClusteredTable(db, 'collection_grants', (table) => {
    table.string('tenant_id', 64).notNullable();
    table.string('collection_id', 16).notNullable();
    // A key's id, or `everyone`.
    table.string('grantee', 16).notNullable();
    table.string('role', 16).notNullable();
    table.string('granted_at', 24).notNullable();
    table.string('granted_by', 255).notNullable();
    table.primary(['tenant_id', 'grantee', 'collection_id']);
  });
  await db.schema.alterTable('collection_grants', (table) => {
    table.index(['tenant_id', 'collection_id', 'grantee']);
  });
}

async function createLinks(db: Knex): Promise<void> {
  await createClusteredTable(db, 'share_links', (table) => {
    table.string('tenant_id', 64).notNullable().references('tenants.tenant_id');
    table.string('link_id', 24).notNullable();
    table.string('document_id', 16).notNullable();
    table.integer('version').notNullable();
    table.string('created_at', 24).notNullable();
    table.string('created_by', 255).notNullable();
    table.string('expires_at', 24).notNullable();
    table.integer('max_downloads');
    table.integer('downloads').notNullable().defaultTo(0);
    table.string('revoked_at', 24);
    table.primary(['tenant_id', 'link_id']);
  });
  await db.schema.alterTable('share_links', (table) => {
    table.index(['tenant_id', 'document_id', 'link_id']);
  });
  await db.schema.createTable('server_secrets', (table) => {
    table.string('name', 64).primary();
    table.string('value', 64).notNullable();
  });
}
