import type { OperationHandler } from '../../../http/operation.js';
import { metadataEtag } from '../../../kernel/precondition.js';
import type { Documents } from '../index.js';

export function getDocument(documents: Documents): OperationHandler<'getDocument'> {
  return async ({ path, query, principal }) => {
    const document = await documents.get(principal, path.document_id, query.version);
    return { status: 200, headers: { ETag: metadataEtag(document) }, json: document };
  };
}
