/** The fixed statements on the trash. */
import type { Knex } from 'knex';
import { statement, whereTagAmong } from '../../db/index.js';
import { collectionOf, type LabelGroups } from '../../kernel/rights.js';
import type { DocumentKey } from './documents.sql.js';

/** A deleted document: all that its row had, and when and by whom it was deleted. `tags` is a JSON array. */
export interface TrashRow {
  document_id: string;
  sequence: number;
  name: string;
  tags: string;
  description: string;
  current_version: number;
  revision: number;
  uploaded_at: string;
  deletion_sequence: number;
  deleted_at: string;
  deleted_by: string;
}

const COLUMNS = [
  'document_id',
  'sequence',
  'name',
  'tags',
  'description',
  'current_version',
  'revision',
  'uploaded_at',
  'deletion_sequence',
  'deleted_at',
  'deleted_by',
];

export const insertTrash = statement<TrashRow & { tenant_id: string }>((knex, $) =>
  knex('trash').insert({
    tenant_id: $('tenant_id'),
    document_id: $('document_id'),
    sequence: $('sequence'),
    name: $('name'),
    tags: $('tags'),
    description: $('description'),
    current_version: $('current_version'),
    revision: $('revision'),
    uploaded_at: $('uploaded_at'),
    deletion_sequence: $('deletion_sequence'),
    deleted_at: $('deleted_at'),
    deleted_by: $('deleted_by'),
  }),
);

export const trashById = statement<DocumentKey, TrashRow>((knex, $) =>
  knex('trash')
    .select(COLUMNS)
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') }),
);

/** What was deleted before a place in the journal and has a label of each group, the last deleted first. */
export function trashBelow(
  knex: Knex,
  tenant_id: string,
  groups: LabelGroups,
  below: number,
  limit: number,
): Knex.QueryBuilder {
  const query = knex('trash')
    .select(COLUMNS)
    .where({ tenant_id })
    .where('deletion_sequence', '<', below)
    .orderBy('deletion_sequence', 'desc')
    .limit(limit);
  for (const group of groups) {
    const collections = group.flatMap((label) => collectionOf(label) ?? []);
    const tags = group.filter((label) => collectionOf(label) === undefined);
    void query.where((either) => {
      void either.whereExists(
        knex({ c: 'collection_documents' })
          .select(knex.raw('1'))
          .where('c.tenant_id', tenant_id)
          .where('c.document_id', knex.ref('trash.document_id'))
          .whereIn('c.collection_id', collections),
      );
      if (tags.length > 0) void whereTagAmong(either.or, 'trash.tags', tags);
    });
  }
  return query;
}

/** What was deleted before a time, the first deleted first. */
export function trashBefore(knex: Knex, tenant_id: string, before: string, limit: number): Knex.QueryBuilder {
  return knex('trash')
    .select(COLUMNS)
    .where({ tenant_id })
    .where('deleted_at', '<', before)
    .orderBy('deleted_at')
    .limit(limit);
}

export const deleteTrash = statement<DocumentKey>((knex, $) =>
  knex('trash')
    .where({ tenant_id: $('tenant_id'), document_id: $('document_id') })
    .delete(),
);
