import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, orderedPageStart } from '../../../http/paging.js';
import type { Collections } from '../index.js';

const BY_NAME = 'name';

export function listCollections(collections: Collections): OperationHandler<'listCollections'> {
  return async ({ query, principal }) => {
    const { limit = 50, cursor } = query;
    const [behind] = orderedPageStart(cursor, BY_NAME, ['string']) ?? [];
    const page = await collections.list(principal, limit, behind === undefined ? undefined : String(behind));
    const next = page.next === undefined ? undefined : { ordering: BY_NAME, place: [page.next] };
    return { status: 200, headers: nextPage('/collections', { limit: query.limit }, next), json: page.collections };
  };
}
