import { requirePrecondition } from '../../../http/conditional.js';
import type { OperationHandler } from '../../../http/operation.js';
import { versionAnswer } from '../../../http/version-answer.js';
import type { Versions } from '../index.js';

export function createVersion(versions: Versions): OperationHandler<'createVersion'> {
  return async ({ path, query, headers, body, principal }) => {
    const { file, message = '' } = body;
    const condition = { precondition: requirePrecondition(headers), merge: query.on_conflict === 'merge' };
    return versionAnswer(await versions.create(principal, path.document_id, { ...file, message }, condition));
  };
}
