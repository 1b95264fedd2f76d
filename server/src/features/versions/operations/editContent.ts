import { requirePrecondition } from '../../../http/conditional.js';
import type { OperationHandler } from '../../../http/operation.js';
import { versionAnswer } from '../../../http/version-answer.js';
import type { Versions } from '../index.js';

export function editContent(versions: Versions): OperationHandler<'editContent'> {
  return async ({ path, query, headers, body, principal }) => {
    const { edits, message = '' } = body;
    const condition = { precondition: requirePrecondition(headers), merge: query.on_conflict === 'merge' };
    return versionAnswer(await versions.edit(principal, path.document_id, edits, message, condition));
  };
}
