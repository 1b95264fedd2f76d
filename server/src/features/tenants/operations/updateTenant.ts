import type { OperationHandler } from '../../../http/operation.js';
import { assertOperator, type Tenants } from '../index.js';

export function updateTenant(tenants: Tenants): OperationHandler<'updateTenant'> {
  return async ({ path, body, principal }) => {
    assertOperator(principal);
    return { status: 200, json: await tenants.change(path.tenant_id, body) };
  };
}
