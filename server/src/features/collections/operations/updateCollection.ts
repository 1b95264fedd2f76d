import type { OperationHandler } from '../../../http/operation.js';
import type { Collections } from '../index.js';

export function updateCollection(collections: Collections): OperationHandler<'updateCollection'> {
  return async ({ path, body, principal }) => ({
    status: 200,
    json: await collections.update(principal, path.collection_id, body),
  });
}
