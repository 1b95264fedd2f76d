import { requirePrecondition } from '../../../http/conditional.js';
import type { OperationHandler } from '../../../http/operation.js';
import { versionAnswer } from '../../../http/version-answer.js';
import type { Versions } from '../index.js';

export function createVersion(versions: Versions): OperationHandler<'createVersion'> {
  return async ({ path, query, headers, body, principal }) => {
    const { message = '' } = body;
    const condition = { precondition: requirePrecondition(headers), merge: query.on_conflict === 'merge' };
    const change =
      'file' in body
        ? await versions.create(principal, path.document_id, { ...body.file, message }, condition)
        : await versions.createKnown(
            principal,
            path.document_id,
            {
              checksum_sha256: body.checksum_sha256,
              original_filename: body.original_filename,
              mime_type: body.mime_type,
              message,
            },
            condition,
          );
    return versionAnswer(change);
  };
}
