import { prefersJson } from '../../../http/negotiation.js';
import type { OperationHandler } from '../../../http/operation.js';
import type { Versions } from '../index.js';

export function diffVersions(versions: Versions): OperationHandler<'diffVersions'> {
  return async ({ path, query, headers, principal }) => {
    const { from, to, context = 3 } = query;
    const comparison = { from, to, context };
    const encoded = prefersJson(headers, 'text/x-diff')
      ? {
          type: 'application/json; charset=utf-8',
          bytes: await versions.hunks(principal, path.document_id, comparison),
        }
      : { type: 'text/x-diff; charset=utf-8', bytes: await versions.patch(principal, path.document_id, comparison) };
    return { status: 200, headers: { Vary: 'Accept' }, encoded };
  };
}
