import type { OperationHandler } from '../../../http/operation.js';
import type { ApiKeys } from '../index.js';

export function revokeApiKey(keys: ApiKeys): OperationHandler<'revokeApiKey'> {
  return async ({ path, principal }) => ({ status: 200, json: await keys.revoke(principal, path.key_id) });
}
