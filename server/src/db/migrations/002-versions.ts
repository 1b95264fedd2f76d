import type { Knex } from 'knex';
import { collectedTags, createClusteredTable } from '../dialect-schema.js';

/**
 * Versions with their history, and the trash. A deleted document leaves `documents` altogether, so that no query has to
 * look past it; its versions stay where they are. So a version belongs to a row of one table or of the other, and no
 * foreign key can say that: whoever purges a document removes its versions in the same transaction.
 *
 * A document's row has its tags from here on, and `document_tags` only finds documents by them. Rows that are looked up by
 * their key are stored in its order: a push writes a third fewer pages.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('documents', (table) => {
    table.string('updated_at', 24).notNullable().defaultTo('');
    table.integer('revision').notNullable().defaultTo(1);
    table.text('tags').notNullable().defaultTo('[]');
  });
  await db({ d: 'documents' }).update({ updated_at: db.ref('uploaded_at'), tags: collectedTags(db) });
  await rebuild(db, 'document_versions', ['parents', 'message'], ["'[]'", "''"], defineVersions);
  await db.schema.alterTable('document_versions', (table) => {
    table.index(['tenant_id', 'checksum_sha256']);
  });
  await rebuild(db, 'document_tags', [], [], defineTags);
  await rebuild(db, 'events', [], [], defineEvents);
  await createTrash(db);
}

/** Makes a table anew, clustered, with the rows that it has and values for the columns that are added. */
async function rebuild(
  db: Knex,
  name: string,
  added: readonly string[],
  values: readonly string[],
  define: (table: Knex.CreateTableBuilder) => string[],
): Promise<void> {
  const temporary = `${name}_clustered`;
  let kept: string[] = [];
  await createClusteredTable(db, temporary, (table) => {
    kept = define(table);
  });
  const selected = db(name).select(...values.map((value) => db.raw(value)), ...kept);
  await db(db.raw(`?? (${[...added, ...kept].map(() => '??').join(', ')})`, [temporary, ...added, ...kept])).insert(
    selected,
  );
  await db.schema.dropTable(name);
  await db.schema.renameTable(temporary, name);
}

/** Defines the columns and returns those that were there before. */
function defineVersions(table: Knex.CreateTableBuilder): string[] {
  table.string('tenant_id', 64).notNullable();
  table.string('document_id', 16).notNullable();
  table.integer('version').notNullable();
  table.text('parents').notNullable();
  table.string('checksum_sha256', 64).notNullable();
  table.bigInteger('size_bytes').notNullable();
  table.string('mime_type', 255).notNullable();
  table.string('original_filename', 255).notNullable();
  table.string('created_at', 24).notNullable();
  table.string('created_by', 255).notNullable();
  table.text('message').notNullable();
  table.primary(['tenant_id', 'document_id', 'version']);
  return [
    'tenant_id',
    'document_id',
    'version',
    'checksum_sha256',
    'size_bytes',
    'mime_type',
    'original_filename',
    'created_at',
    'created_by',
  ];
}

function defineTags(table: Knex.CreateTableBuilder): string[] {
  table.string('tenant_id', 64).notNullable();
  table.string('tag', 100).notNullable();
  table.bigInteger('sequence').notNullable();
  table.primary(['tenant_id', 'tag', 'sequence']);
  return ['tenant_id', 'tag', 'sequence'];
}

function defineEvents(table: Knex.CreateTableBuilder): string[] {
  table.string('tenant_id', 64).notNullable().references('tenants.tenant_id');
  table.bigInteger('sequence').notNullable();
  table.string('type', 64).notNullable();
  table.string('document_id', 16).notNullable();
  table.integer('version').notNullable();
  table.string('principal_id', 255).notNullable();
  table.string('occurred_at', 24).notNullable();
  table.text('data').notNullable();
  table.primary(['tenant_id', 'sequence']);
  return ['tenant_id', 'sequence', 'type', 'document_id', 'version', 'principal_id', 'occurred_at', 'data'];
}

async function createTrash(db: Knex): Promise<void> {
  await db.schema.createTable('trash', (table) => {
    table.string('tenant_id', 64).notNullable().references('tenants.tenant_id');
    table.string('document_id', 16).notNullable();
    table.bigInteger('sequence').notNullable();
    table.string('name', 255).notNullable();
    table.text('tags').notNullable();
    table.text('description').notNullable();
    table.integer('current_version').notNullable();
    table.integer('revision').notNullable();
    table.string('uploaded_at', 24).notNullable();
    table.bigInteger('deletion_sequence').notNullable();
    table.string('deleted_at', 24).notNullable();
    table.string('deleted_by', 255).notNullable();
    table.primary(['tenant_id', 'document_id']);
    table.unique(['tenant_id', 'deletion_sequence']);
    table.index(['tenant_id', 'deleted_at']);
  });
}
