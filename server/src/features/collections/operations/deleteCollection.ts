import type { OperationHandler } from '../../../http/operation.js';
import type { Collections } from '../index.js';

export function deleteCollection(collections: Collections): OperationHandler<'deleteCollection'> {
  return async ({ path, principal }) => {
    await collections.delete(principal, path.collection_id);
    return { status: 204 };
  };
}
