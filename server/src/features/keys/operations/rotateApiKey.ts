import type { OperationHandler } from '../../../http/operation.js';
import type { ApiKeys } from '../index.js';

const DAY_SECONDS = 24 * 60 * 60;

export function rotateApiKey(keys: ApiKeys): OperationHandler<'rotateApiKey'> {
  return async ({ path, body, principal }) => {
    const { overlap_seconds = DAY_SECONDS } = body;
    return { status: 200, json: await keys.rotate(principal, path.key_id, overlap_seconds) };
  };
}
