import type { OperationHandler } from '../../../http/operation.js';
import type { Grants } from '../index.js';

export function removeGrant(grants: Grants): OperationHandler<'removeGrant'> {
  return async ({ path, principal }) => {
    await grants.remove(principal, path.collection_id, path.grantee);
    return { status: 204 };
  };
}
