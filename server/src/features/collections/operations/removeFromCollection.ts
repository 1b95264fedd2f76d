import type { OperationHandler } from '../../../http/operation.js';
import type { CollectionContents } from '../index.js';

export function removeFromCollection(contents: CollectionContents): OperationHandler<'removeFromCollection'> {
  return async ({ path, principal }) => {
    await contents.remove(principal, path.collection_id, path.document_id);
    return { status: 204 };
  };
}
