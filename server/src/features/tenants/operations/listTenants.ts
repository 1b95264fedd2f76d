import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, orderedPageStart } from '../../../http/paging.js';
import { assertOperator, type Tenants } from '../index.js';

const ORDERING = 'tenant_id asc';

export function listTenants(tenants: Tenants): OperationHandler<'listTenants'> {
  return async ({ query, principal }) => {
    assertOperator(principal);
    const { limit = 50, cursor } = query;
    const [behind] = (orderedPageStart(cursor, ORDERING, ['string']) ?? []) as string[];
    const { tenants: page, next } = await tenants.list(limit, behind);
    const start = next === undefined ? undefined : { ordering: ORDERING, place: [next] };
    return { status: 200, headers: nextPage('/tenants', { limit: query.limit }, start), json: page };
  };
}
