/** The fixed statements on the tenants' table. */
import type { Knex } from 'knex';
import { statement } from '../../db/index.js';

export interface TenantRow {
  tenant_id: string;
  name: string;
  first_sequence: number;
  created_at: string;
  suspended_at: string | null;
  deletion_started_at: string | null;
  used_bytes: number;
  used_documents: number;
  allowed_bytes: number | null;
  allowed_documents: number | null;
}

/** What the operator changes of a tenant. */
export type TenantColumns = Pick<TenantRow, 'name' | 'suspended_at' | 'allowed_bytes' | 'allowed_documents'>;

const COLUMNS = [
  'tenant_id',
  'name',
  'first_sequence',
  'created_at',
  'suspended_at',
  'deletion_started_at',
  'used_bytes',
  'used_documents',
  'allowed_bytes',
  'allowed_documents',
];

export const tenantById = statement<{ tenant_id: string }, TenantRow>((knex, $) =>
  knex('tenants')
    .select(COLUMNS)
    .where({ tenant_id: $('tenant_id') }),
);

/** The tenants behind an id, in the order of their ids. */
export function tenantsBehind(knex: Knex, tenant_id: string, limit: number): Knex.QueryBuilder {
  return knex('tenants').select(COLUMNS).where('tenant_id', '>', tenant_id).orderBy('tenant_id').limit(limit);
}

/** The highest range of sequences that a tenant has, or had. */
export const highestSequence = statement<object, { first_sequence: number }>((knex) =>
  knex
    .max({ first_sequence: 'first_sequence' })
    .from(knex('tenants').select('first_sequence').unionAll(knex('former_tenants').select('first_sequence')).as('all')),
);

export const insertTenant = statement<{
  tenant_id: string;
  name: string;
  first_sequence: number;
  last_sequence: number;
  created_at: string;
  allowed_bytes: number | null;
  allowed_documents: number | null;
}>((knex, $) =>
  knex('tenants').insert({
    tenant_id: $('tenant_id'),
    name: $('name'),
    first_sequence: $('first_sequence'),
    last_sequence: $('last_sequence'),
    created_at: $('created_at'),
    allowed_bytes: $('allowed_bytes'),
    allowed_documents: $('allowed_documents'),
  }),
);

export const updateTenant = statement<TenantColumns & { tenant_id: string }>((knex, $) =>
  knex('tenants')
    .where({ tenant_id: $('tenant_id') })
    .update({
      name: $('name'),
      suspended_at: $('suspended_at'),
      allowed_bytes: $('allowed_bytes'),
      allowed_documents: $('allowed_documents'),
    }),
);
