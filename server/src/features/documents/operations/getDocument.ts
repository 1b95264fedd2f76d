import type { OperationHandler } from '../../../http/operation.js';
import type { Documents } from '../index.js';

export function getDocument(documents: Documents): OperationHandler<'getDocument'> {
  return async ({ path, principal }) => ({ status: 200, json: await documents.get(principal, path.document_id) });
}
