import type { OperationHandler } from '../../../http/operation.js';
import type { Documents } from '../index.js';

export function deleteDocument(documents: Documents): OperationHandler<'deleteDocument'> {
  return async ({ path, principal }) => {
    await documents.delete(principal, path.document_id);
    return { status: 200, json: { message: 'Document deleted successfully' } };
  };
}
