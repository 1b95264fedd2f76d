import type { OperationHandler } from '../../../http/operation.js';
import type { Documents } from '../index.js';

export function uploadDocument(documents: Documents): OperationHandler<'uploadDocument'> {
  return async ({ body, principal }) => {
    const { file, name, tags = [], description = '' } = body;
    const document = await documents.push(principal, { ...file, name, tags, description });
    return { status: 201, headers: { Location: `/documents/${document.document_id}` }, json: document };
  };
}
