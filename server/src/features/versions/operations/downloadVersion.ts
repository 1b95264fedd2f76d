import { answerWithContent } from '../../../http/content-answer.js';
import type { OperationHandler } from '../../../http/operation.js';
import type { Documents } from '../../documents/index.js';

/** A year, the longest time that caches are asked to believe in. */
const FOR_EVER = 'private, max-age=31536000, immutable';

export function downloadVersion(documents: Documents): OperationHandler<'downloadVersion'> {
  return async ({ path, headers, principal }) => {
    const content = await documents.getContent(principal, path.document_id, path.version);
    return answerWithContent(content, headers, FOR_EVER, (range) => documents.open(principal, content, range));
  };
}
