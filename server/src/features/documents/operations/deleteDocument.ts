import { readPrecondition } from '../../../http/conditional.js';
import type { OperationHandler } from '../../../http/operation.js';
import type { Trash } from '../index.js';

export function deleteDocument(trash: Trash): OperationHandler<'deleteDocument'> {
  return async ({ path, query, headers, principal }) => {
    const precondition = readPrecondition(headers);
    if (query.purge) await trash.purge(principal, path.document_id, precondition);
    else await trash.delete(principal, path.document_id, precondition);
    return { status: 200, json: { message: 'Document deleted successfully' } };
  };
}
