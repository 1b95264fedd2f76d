import type { Knex } from 'knex';
import { plainMediaType } from '../dialect.js';
import { addSortedName, countTags, createClusteredTable, noteUploadHours } from '../dialect-schema.js';
import { createSearchIndex, indexTables, tenantNumber } from '../full-text.js';

/**
 * What searching needs. A document's row has its content's size and media type (without parameters) from here on, which it
 * is filtered and sorted by, and whether its content is indexed; tags are counted; each tenant gets a full-text index; the
 * text in a PDF and the like, of the current version, is kept compressed. The documents that are there wait for theirs
 * (`pending`).
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('documents', (table) => {
    table.bigInteger('size_bytes').notNullable().defaultTo(0);
    table.string('mime_type', 255).notNullable().defaultTo('');
    table.string('index_status', 16).notNullable().defaultTo('pending');
    table.string('index_reason', 200).notNullable().defaultTo('');
  });
  await addSortedName(db);
  const current = (column: Knex.Raw | string): Knex.QueryBuilder =>
    db({ v: 'document_versions' })
      .select(column as Knex.Raw)
      .where({
        'v.tenant_id': db.ref('documents.tenant_id'),
        'v.document_id': db.ref('documents.document_id'),
        'v.version': db.ref('documents.current_version'),
      });
  await db('documents').update({
    size_bytes: current('v.size_bytes'),
    mime_type: current(plainMediaType(db, 'v.mime_type')),
  });
  await db.schema.alterTable('documents', (table) => {
    table.index(['tenant_id', 'updated_at', 'sequence'], 'documents_by_update');
    table.index(['tenant_id', 'name_sorted', 'sequence'], 'documents_by_name');
    table.index(['tenant_id', 'size_bytes', 'sequence'], 'documents_by_size');
    table.index(['tenant_id', 'mime_type', 'sequence'], 'documents_by_type');
  });
  await createClusteredTable(db, 'extracted_texts', (table) => {
    table.string('tenant_id', 64).notNullable();
    table.bigInteger('sequence').notNullable();
    table.string('checksum_sha256', 64).notNullable();
    table.binary('text').notNullable();
    table.primary(['tenant_id', 'sequence']);
  });
  await db.schema.createTable('index_rebuilds', (table) => {
    table.string('tenant_id', 64).primary();
    table.bigInteger('done_sequence').notNullable();
    table.bigInteger('event_sequence').notNullable();
  });
  await db.raw("CREATE INDEX documents_pending ON documents(tenant_id, sequence) WHERE index_status = 'pending'");
  await createTagCounts(db);
  await createUploadHours(db);
  const tenants = await db('tenants').select<{ first_sequence: number }[]>('first_sequence');
  for (const { first_sequence } of tenants) await createSearchIndex(db, indexTables(tenantNumber(first_sequence)));
}

async function createTagCounts(db: Knex): Promise<void> {
  await createClusteredTable(db, 'tag_counts', (table) => {
    table.string('tenant_id', 64).notNullable();
    table.string('tag', 100).notNullable();
    table.integer('document_count').notNullable();
    table.primary(['tenant_id', 'tag']);
  });
  const counted = db('document_tags').select('tenant_id', 'tag').count().groupBy('tenant_id', 'tag');
  await db(db.raw('?? (??, ??, ??)', ['tag_counts', 'tenant_id', 'tag', 'document_count'])).insert(counted);
  await countTags(db);
}

/**
 * Documents get their sequences in the order in which they are uploaded, but the clock may have been set back in between.
 * So for a range of times it is looked up here which sequences can be meant. An hour is `2026-11-23T10`.
 */
async function createUploadHours(db: Knex): Promise<void> {
  const columns = ['tenant_id', 'hour', 'first_sequence', 'last_sequence'];
  await createClusteredTable(db, 'upload_hours', (table) => {
    table.string('tenant_id', 64).notNullable();
    table.string('hour', 13).notNullable();
    table.bigInteger('first_sequence').notNullable();
    table.bigInteger('last_sequence').notNullable();
    table.primary(['tenant_id', 'hour']);
  });
  const hours = db('documents')
    .select('tenant_id', db.raw('substr(uploaded_at, 1, 13)'))
    .min('sequence')
    .max('sequence')
    .groupByRaw('1, 2');
  await db(db.raw('?? (??, ??, ??, ??)', ['upload_hours', ...columns])).insert(hours);
  await noteUploadHours(db);
}
