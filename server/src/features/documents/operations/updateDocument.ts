import type { OperationHandler } from '../../../http/operation.js';
import type { Documents } from '../index.js';

export function updateDocument(documents: Documents): OperationHandler<'updateDocument'> {
  return async ({ path, body, principal }) => ({
    status: 200,
    json: await documents.update(principal, path.document_id, body),
  });
}
