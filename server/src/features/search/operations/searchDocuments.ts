import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, orderedPageStart } from '../../../http/paging.js';
import { filterParameters, readFilter } from '../../documents/index.js';
import { fromPlace, nameOfOrdering, placeTypes, searchOrdering, toPlace, type Search } from '../index.js';

export function searchDocuments(search: Search): OperationHandler<'searchDocuments'> {
  return async ({ principal, query }) => {
    const { cursor, fuzzy, limit = 20, order, q, snippets = 3, sort } = query;
    const filter = readFilter(query);
    const ordering = searchOrdering(sort, order);
    const name = nameOfOrdering(ordering);
    const place = orderedPageStart(cursor, name, placeTypes(ordering));
    const after = place && fromPlace(ordering, place);
    const request = { q, filter, fuzzy, ...ordering, limit, after, snippets };
    const { next, results } = await search.search(principal, request);
    const parameters = { q, fuzzy: fuzzy?.toString(), snippets, ...filterParameters(query), sort, order, limit };
    const further = next && { ordering: name, place: toPlace(ordering, next) };
    return { status: 200, headers: nextPage('/search', parameters, further), json: results };
  };
}
