import type { OperationHandler } from '../../../http/operation.js';
import type { Collections } from '../index.js';

export function createCollection(collections: Collections): OperationHandler<'createCollection'> {
  return async ({ body, principal }) => {
    const { name, description = '' } = body;
    const collection = await collections.create(principal, { name, description });
    return { status: 201, headers: { Location: `/collections/${collection.collection_id}` }, json: collection };
  };
}
