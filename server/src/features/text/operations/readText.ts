import type { OperationHandler } from '../../../http/operation.js';
import { contentEtag } from '../../../kernel/precondition.js';
import type { Reading } from '../index.js';

export function readText(reading: Reading): OperationHandler<'readText'> {
  return async ({ path, query, principal }) => {
    const { version, ...selection } = query;
    const { content, part } = await reading.readPart(principal, path.document_id, version, selection);
    return { status: 200, headers: { ETag: contentEtag(content) }, json: part };
  };
}
