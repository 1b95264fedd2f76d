/** The fixed statements on collections. */
import type { Knex } from 'knex';
import { statement } from '../../db/index.js';
import type { Collection } from '../../kernel/contract.js';

/** A collection's row. */
export type CollectionRow = Omit<Collection, 'document_count' | 'role'>;

export interface CollectionKey {
  tenant_id: string;
  collection_id: string;
}

const COLUMNS = ['collection_id', 'name', 'description', 'created_at', 'created_by', 'updated_at'];

export const collectionById = statement<CollectionKey, CollectionRow>((knex, $) =>
  knex('collections')
    .select(COLUMNS)
    .where({ tenant_id: $('tenant_id'), collection_id: $('collection_id') }),
);

export const collectionByName = statement<{ tenant_id: string; name: string }, CollectionRow>((knex, $) =>
  knex('collections')
    .select(COLUMNS)
    .where({ tenant_id: $('tenant_id'), name: $('name') }),
);

/**
 * Collections in the order of their names, behind one of them.
 *
 * @param among their ids; undefined for all
 */
export function collectionsBehind(
  knex: Knex,
  tenant_id: string,
  among: readonly string[] | undefined,
  name: string,
  limit: number,
): Knex.QueryBuilder {
  const query = knex('collections').select(COLUMNS).where({ tenant_id }).where('name', '>', name);
  if (among) void query.whereIn('collection_id', among);
  return query.orderBy('name').limit(limit);
}

export const insertCollection = statement<CollectionRow & { tenant_id: string }>((knex, $) =>
  knex('collections').insert({
    tenant_id: $('tenant_id'),
    collection_id: $('collection_id'),
    name: $('name'),
    description: $('description'),
    created_at: $('created_at'),
    created_by: $('created_by'),
    updated_at: $('updated_at'),
  }),
);

export const setCollection = statement<CollectionKey & { name: string; description: string; updated_at: string }>(
  (knex, $) =>
    knex('collections')
      .where({ tenant_id: $('tenant_id'), collection_id: $('collection_id') })
      .update({ name: $('name'), description: $('description'), updated_at: $('updated_at') }),
);

export const deleteCollection = statement<CollectionKey>((knex, $) =>
  knex('collections')
    .where({ tenant_id: $('tenant_id'), collection_id: $('collection_id') })
    .delete(),
);

export const deleteMemberships = statement<CollectionKey>((knex, $) =>
  knex('collection_documents')
    .where({ tenant_id: $('tenant_id'), collection_id: $('collection_id') })
    .delete(),
);

/** What documents were found by as members. */
export const deleteLabels = statement<{ tenant_id: string; tag: string }>((knex, $) =>
  knex('document_tags')
    .where({ tenant_id: $('tenant_id'), tag: $('tag') })
    .delete(),
);

/** How many documents have a label; no row for none. */
export const labelCount = statement<{ tenant_id: string; tag: string }, { document_count: number }>((knex, $) =>
  knex('tag_counts')
    .select('document_count')
    .where({ tenant_id: $('tenant_id'), tag: $('tag') }),
);
