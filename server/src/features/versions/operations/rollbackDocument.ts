import { requirePrecondition } from '../../../http/conditional.js';
import type { OperationHandler } from '../../../http/operation.js';
import { versionAnswer } from '../../../http/version-answer.js';
import type { Versions } from '../index.js';

export function rollbackDocument(versions: Versions): OperationHandler<'rollbackDocument'> {
  return async ({ path, headers, body, principal }) =>
    versionAnswer(await versions.rollback(principal, path.document_id, body, requirePrecondition(headers)));
}
