import { readPrecondition } from '../../../http/conditional.js';
import type { OperationHandler } from '../../../http/operation.js';
import type { Documents } from '../index.js';

export function updateDocument(documents: Documents): OperationHandler<'updateDocument'> {
  return async ({ path, body, headers, principal }) => {
    const precondition = readPrecondition(headers);
    return { status: 200, json: await documents.update(principal, path.document_id, body, precondition) };
  };
}
