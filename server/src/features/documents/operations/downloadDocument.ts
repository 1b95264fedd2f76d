import { answerWithContent } from '../../../http/content-answer.js';
import type { OperationHandler } from '../../../http/operation.js';
import type { Documents } from '../index.js';

export function downloadDocument(documents: Documents): OperationHandler<'downloadDocument'> {
  return async ({ path, query, headers, principal }) => {
    const content = await documents.getContent(principal, path.document_id, query.version);
    return answerWithContent(content, headers, 'private, no-cache', (range) =>
      documents.open(principal, content, range),
    );
  };
}
