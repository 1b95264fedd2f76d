import type { OperationHandler } from '../../../http/operation.js';
import { assertOperator, type Tenants } from '../index.js';

export function createTenant(tenants: Tenants): OperationHandler<'createTenant'> {
  return async ({ body, principal }) => {
    assertOperator(principal);
    const { tenant_id, name = tenant_id, allowed_bytes, allowed_documents } = body;
    return { status: 201, json: await tenants.create({ tenant_id, name, allowed_bytes, allowed_documents }) };
  };
}
