import type { OperationHandler } from '../../../http/operation.js';
import type { Grants } from '../index.js';

export function setGrant(grants: Grants): OperationHandler<'setGrant'> {
  return async ({ path, body, principal }) => ({
    status: 200,
    json: await grants.set(principal, path.collection_id, path.grantee, body.role),
  });
}
