import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, orderedPageStart, pageStart } from '../../../http/paging.js';
import {
  filterParameters,
  orderingOf,
  positionTypes,
  readFilter,
  type DocumentOrdering,
  type DocumentPosition,
  type Documents,
} from '../index.js';

export function queryDocuments(documents: Documents): OperationHandler<'queryDocuments'> {
  return async ({ query, principal }) => {
    const { limit = 50, cursor } = query;
    const ordering = orderingOf(query.sort, query.order);
    const page = await documents.query(principal, readFilter(query), limit, readPosition(cursor, ordering), ordering);
    const same = { ...filterParameters(query), sort: query.sort, order: query.order, limit: query.limit };
    return { status: 200, headers: nextPage('/documents', same, placeOf(page.next, ordering)), json: page.documents };
  };
}

/** Newest first, a cursor is the sequence alone, as in every listing of one order. */
function isNewestFirst({ sort, order }: DocumentOrdering): boolean {
  return sort === 'uploaded_at' && order === 'desc';
}

function readPosition(cursor: string | undefined, ordering: DocumentOrdering): DocumentPosition | undefined {
  if (isNewestFirst(ordering)) {
    const sequence = pageStart(cursor);
    return sequence === undefined ? undefined : { sequence };
  }
  const place = orderedPageStart(cursor, nameOf(ordering), positionTypes(ordering.sort));
  if (!place) return undefined;
  const [value, sequence] = place.length === 2 ? place : [undefined, place[0]];
  return { sequence: Number(sequence), ...(value !== undefined && { value }) };
}

function placeOf(next: DocumentPosition | undefined, ordering: DocumentOrdering): Parameters<typeof nextPage>[2] {
  if (!next) return undefined;
  const { sequence, value } = next;
  if (isNewestFirst(ordering)) return sequence;
  return { ordering: nameOf(ordering), place: value === undefined ? [sequence] : [value, sequence] };
}

function nameOf({ sort, order }: DocumentOrdering): string {
  return `${sort} ${order}`;
}
