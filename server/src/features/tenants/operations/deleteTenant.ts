import type { OperationHandler } from '../../../http/operation.js';
import { assertOperator, type Tenants } from '../index.js';

export function deleteTenant(tenants: Tenants): OperationHandler<'deleteTenant'> {
  return async ({ path, principal }) => {
    assertOperator(principal);
    await tenants.delete(path.tenant_id);
    return { status: 204 };
  };
}
