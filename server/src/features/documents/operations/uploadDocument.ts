import type { OperationHandler } from '../../../http/operation.js';
import { contentEtag } from '../../../kernel/precondition.js';
import type { Documents } from '../index.js';

export function uploadDocument(documents: Documents): OperationHandler<'uploadDocument'> {
  return async ({ body, principal }) => {
    const { file, name, tags = [], description = '' } = body;
    const document = await documents.push(principal, { ...file, name, tags, description });
    const headers = { Location: `/documents/${document.document_id}`, ETag: contentEtag(document) };
    return { status: 201, headers, json: document };
  };
}
