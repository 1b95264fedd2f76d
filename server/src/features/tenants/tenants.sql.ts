/** The fixed statements on the tenants' table. */
import { statement } from '../../db/index.js';

export const tenantById = statement<{ tenant_id: string }, { tenant_id: string }>((knex, $) =>
  knex('tenants')
    .select('tenant_id')
    .where({ tenant_id: $('tenant_id') }),
);

export const highestSequence = statement<object, { first_sequence: number }>((knex) =>
  knex('tenants').max({ first_sequence: 'first_sequence' }),
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
