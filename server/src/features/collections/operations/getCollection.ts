import type { OperationHandler } from '../../../http/operation.js';
import type { Collections } from '../index.js';

export function getCollection(collections: Collections): OperationHandler<'getCollection'> {
  return async ({ path, principal }) => ({
    status: 200,
    json: await collections.get(principal, path.collection_id),
  });
}
