import type { OperationHandler } from '../../../http/operation.js';
import type { CollectionContents } from '../index.js';

export function addToCollection(contents: CollectionContents): OperationHandler<'addToCollection'> {
  return async ({ path, principal }) => {
    await contents.add(principal, path.collection_id, path.document_id);
    return { status: 204 };
  };
}
