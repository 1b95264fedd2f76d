/** The statements that remove a tenant with all its rows. */
import type { Knex } from 'knex';
import { statement } from '../../db/index.js';

/** Every table that has rows of tenants, with what tells its rows apart within one. Those that may be large come first. */
export const TABLES: readonly (readonly [table: string, ...key: string[]])[] = [
  ['documents', 'document_id'],
  ['trash', 'document_id'],
  ['document_versions', 'document_id', 'version'],
  ['document_tags', 'tag', 'sequence'],
  ['tag_counts', 'tag'],
  ['extracted_texts', 'sequence'],
  ['events', 'sequence'],
  ['upload_hours', 'hour'],
  ['uploads', 'upload_id'],
  ['share_links', 'link_id'],
  ['collection_documents', 'document_id', 'collection_id'],
  ['collection_grants', 'grantee', 'collection_id'],
  ['collections', 'collection_id'],
  ['api_keys', 'key_id'],
  ['index_rebuilds', 'tenant_id'],
];

/** Removes some rows of a tenant. Answers with how many. */
export function deleteSome(
  knex: Knex,
  [table, ...key]: (typeof TABLES)[number],
  tenant_id: string,
  limit: number,
): Knex.QueryBuilder {
  const some = knex(table).select(key).where({ tenant_id }).limit(limit);
  return knex(table).where({ tenant_id }).whereIn(key, some).delete();
}

/** Removes all rows of a tenant. */
export function deleteAll(knex: Knex, [table]: (typeof TABLES)[number], tenant_id: string): Knex.QueryBuilder {
  return knex(table).where({ tenant_id }).delete();
}

export const beginDeletion = statement<{ tenant_id: string; at: string }>((knex, $) =>
  knex('tenants')
    .where({ tenant_id: $('tenant_id') })
    .update({
      suspended_at: knex.raw('coalesce(suspended_at, ?)', [$('at')]),
      deletion_started_at: knex.raw('coalesce(deletion_started_at, ?)', [$('at')]),
    }),
);

export const deleteTenant = statement<{ tenant_id: string }>((knex, $) =>
  knex('tenants')
    .where({ tenant_id: $('tenant_id') })
    .delete(),
);

export const insertFormer = statement<{ tenant_id: string; first_sequence: number }>((knex, $) =>
  knex('former_tenants')
    .insert({ tenant_id: $('tenant_id'), first_sequence: $('first_sequence') })
    // Two may be deleting the same tenant.
    .onConflict(['tenant_id', 'first_sequence'])
    .ignore(),
);
