import type { OperationHandler } from '../../../http/operation.js';
import type { Grants } from '../index.js';

export function listGrants(grants: Grants): OperationHandler<'listGrants'> {
  return async ({ path, principal }) => ({ status: 200, json: await grants.list(principal, path.collection_id) });
}
