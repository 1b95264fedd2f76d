import type { OperationHandler } from '../../../http/operation.js';
import { metadataEtag } from '../../../kernel/precondition.js';
import type { Trash } from '../index.js';

export function restoreDocument(trash: Trash): OperationHandler<'restoreDocument'> {
  return async ({ path, principal }) => {
    const document = await trash.restore(principal, path.document_id);
    return { status: 200, headers: { ETag: metadataEtag(document) }, json: document };
  };
}
