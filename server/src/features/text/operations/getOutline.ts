import type { OperationHandler } from '../../../http/operation.js';
import { contentEtag } from '../../../kernel/precondition.js';
import type { Reading } from '../index.js';

export function getOutline(reading: Reading): OperationHandler<'getOutline'> {
  return async ({ path, query, principal }) => {
    const { content, outline } = await reading.outline(principal, path.document_id, query.version);
    return { status: 200, headers: { ETag: contentEtag(content) }, json: outline };
  };
}
