import type { OperationHandler } from '../../../http/operation.js';
import type { Tenants } from '../index.js';

export function getUsage(tenants: Tenants): OperationHandler<'getUsage'> {
  return async ({ principal }) => ({ status: 200, json: await tenants.usage(principal) });
}
