import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, orderedPageStart } from '../../../http/paging.js';
import type { Search } from '../index.js';
import { TAG_PLACES } from '../tags.js';

export function listTags(search: Search): OperationHandler<'listTags'> {
  return async ({ query, principal }) => {
    const { cursor, limit = 50, prefix = '', similar_to, sort = 'name' } = query;
    const after = orderedPageStart(cursor, sort, TAG_PLACES[sort]);
    const { next, tags } = await search.tags(principal, { prefix, sort, similar_to, limit, after });
    const same = { prefix: query.prefix, similar_to, sort: query.sort, limit: query.limit };
    return { status: 200, headers: nextPage('/tags', same, next && { ordering: sort, place: next }), json: tags };
  };
}
