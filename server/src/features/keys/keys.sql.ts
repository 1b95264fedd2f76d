/** The fixed statements on the keys' table. */
import type { Knex } from 'knex';
import { statement } from '../../db/index.js';
import type { Role } from '../../kernel/contract.js';

/** A key's row; `scopes` and `limits` are JSON. */
export interface KeyRow {
  key_id: string;
  tenant_id: string;
  name: string;
  secret_hash: string;
  /** Of the secret before the last rotation, which holds until `previous_until`. */
  previous_hash: string | null;
  previous_until: string | null;
  scopes: string;
  limits: string | null;
  created_at: string;
  created_by: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

/** A key, and whether its tenant may work. */
export type KnownKey = KeyRow & { suspended_at: string | null };

/** The one lookup that names no tenant, because it is what tells the tenant. */
export const keyById = statement<{ key_id: string }, KnownKey>((knex, $) =>
  knex({ k: 'api_keys' })
    .join({ t: 'tenants' }, 't.tenant_id', 'k.tenant_id')
    .select('k.*', 't.suspended_at')
    .where({ 'k.key_id': $('key_id') }),
);

export const insertKey = statement<KeyRow>((knex, $) =>
  knex('api_keys').insert({
    key_id: $('key_id'),
    tenant_id: $('tenant_id'),
    name: $('name'),
    secret_hash: $('secret_hash'),
    previous_hash: $('previous_hash'),
    previous_until: $('previous_until'),
    scopes: $('scopes'),
    limits: $('limits'),
    created_at: $('created_at'),
    created_by: $('created_by'),
    expires_at: $('expires_at'),
    last_used_at: $('last_used_at'),
    revoked_at: $('revoked_at'),
  }),
);

export const noteUse = statement<{ key_id: string; last_used_at: string }>((knex, $) =>
  knex('api_keys')
    .where({ key_id: $('key_id') })
    .update({ last_used_at: $('last_used_at') }),
);

/** A key's grants: those to itself, and those to everyone in its tenant. */
export const grantsTo = statement<{ tenant_id: string; key_id: string }, { collection_id: string; role: Role }>(
  (knex, $) =>
    knex('collection_grants')
      .select('collection_id', 'role')
      .where({ tenant_id: $('tenant_id'), grantee: $('key_id') })
      .unionAll((union) => {
        void union
          .from('collection_grants')
          .select('collection_id', 'role')
          .where({ tenant_id: $('tenant_id'), grantee: 'everyone' });
      }),
);

/** A key of a tenant. */
export const keyOfTenant = statement<{ tenant_id: string; key_id: string }, KeyRow>((knex, $) =>
  knex('api_keys')
    .select('*')
    .where({ tenant_id: $('tenant_id'), key_id: $('key_id') }),
);

/** The keys of a tenant that were made before a place, the last made first. */
export function keysBefore(
  knex: Knex,
  tenant_id: string,
  [created_at, key_id]: readonly [string, string],
  limit: number,
): Knex.QueryBuilder {
  return knex('api_keys')
    .select('*')
    .where({ tenant_id })
    .whereRaw('(created_at, key_id) < (?, ?)', [created_at, key_id])
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'key_id', order: 'desc' },
    ])
    .limit(limit);
}

export const revokeKey = statement<{ tenant_id: string; key_id: string; revoked_at: string }>((knex, $) =>
  knex('api_keys')
    .where({ tenant_id: $('tenant_id'), key_id: $('key_id') })
    .update({ revoked_at: $('revoked_at'), previous_hash: null, previous_until: null }),
);

export const replaceSecret = statement<
  { tenant_id: string; key_id: string } & Pick<KeyRow, 'secret_hash' | 'previous_hash' | 'previous_until'>
>((knex, $) =>
  knex('api_keys')
    .where({ tenant_id: $('tenant_id'), key_id: $('key_id') })
    .update({
      secret_hash: $('secret_hash'),
      previous_hash: $('previous_hash'),
      previous_until: $('previous_until'),
    }),
);

/** Whether a tenant is there, and may work. */
export const tenantState = statement<{ tenant_id: string }, { suspended_at: string | null }>((knex, $) =>
  knex('tenants')
    .select('suspended_at')
    .where({ tenant_id: $('tenant_id') }),
);

export const collectionById = statement<{ tenant_id: string; collection_id: string }, { collection_id: string }>(
  (knex, $) =>
    knex('collections')
      .select('collection_id')
      .where({ tenant_id: $('tenant_id'), collection_id: $('collection_id') }),
);
