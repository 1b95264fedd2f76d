/** The fixed statements on grants. */
import { statement } from '../../db/index.js';
import type { Grant } from '../../kernel/contract.js';
import type { CollectionKey } from './collections.sql.js';

type GrantKey = CollectionKey & { grantee: string };

export const grantsOn = statement<CollectionKey, Grant>((knex, $) =>
  knex('collection_grants')
    .select('collection_id', 'grantee', 'role', 'granted_at', 'granted_by')
    .where({ tenant_id: $('tenant_id'), collection_id: $('collection_id') })
    .orderBy('grantee'),
);

export const insertGrant = statement<Grant & { tenant_id: string }>((knex, $) =>
  knex('collection_grants').insert({
    tenant_id: $('tenant_id'),
    collection_id: $('collection_id'),
    grantee: $('grantee'),
    role: $('role'),
    granted_at: $('granted_at'),
    granted_by: $('granted_by'),
  }),
);

export const deleteGrant = statement<GrantKey>((knex, $) =>
  knex('collection_grants')
    .where({ tenant_id: $('tenant_id'), collection_id: $('collection_id'), grantee: $('grantee') })
    .delete(),
);

export const deleteGrants = statement<CollectionKey>((knex, $) =>
  knex('collection_grants')
    .where({ tenant_id: $('tenant_id'), collection_id: $('collection_id') })
    .delete(),
);
