import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, orderedPageStart } from '../../../http/paging.js';
import type { ApiKeys, KeyPlace } from '../index.js';

const ORDERING = 'created_at desc';

export function listApiKeys(apiKeys: ApiKeys): OperationHandler<'listApiKeys'> {
  return async ({ query, principal }) => {
    const { limit = 50, cursor } = query;
    const place = orderedPageStart(cursor, ORDERING, ['string', 'string']) as KeyPlace | undefined;
    const { keys, next } = await apiKeys.list(principal, limit, place);
    const start = next && { ordering: ORDERING, place: next };
    return { status: 200, headers: nextPage('/api-keys', { limit: query.limit }, start), json: keys };
  };
}
