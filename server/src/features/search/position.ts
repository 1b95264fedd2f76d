/** The orders that results come in, and a place in one of them, as a cursor holds it. */
import { Problem } from '../../kernel/problem.js';
import { orderingOf, positionTypes, type DocumentPosition, type DocumentSort } from '../documents/index.js';

export type SearchSort = 'relevance' | DocumentSort;

export interface SearchOrdering {
  readonly sort: SearchSort;
  readonly order: 'asc' | 'desc';
}

/** A result's place in an order. In that of relevance its value is the score; of equal ones the newest comes first. */
export type SearchPosition = DocumentPosition;

/** An ordering; the best come first, whatever `order` says, and otherwise what documents are ordered by without search. */
export function searchOrdering(sort: SearchSort = 'relevance', order?: 'asc' | 'desc'): SearchOrdering {
  return sort === 'relevance' ? { sort, order: 'desc' } : orderingOf(sort, order);
}

/** The name of an ordering, to which a cursor is bound. */
export function nameOfOrdering({ order, sort }: SearchOrdering): string {
  return `${sort} ${order}`;
}

/** The types of a place's parts. */
export function placeTypes({ sort }: SearchOrdering): ('string' | 'number')[] {
  // A score as text: a number in a cursor is a whole one.
  return sort === 'relevance' ? ['string', 'number'] : positionTypes(sort);
}

/** A position as a cursor holds it. */
export function toPlace({ sort }: SearchOrdering, { sequence, value }: SearchPosition): (string | number)[] {
  if (value === undefined) return [sequence];
  return [sort === 'relevance' ? String(value) : value, sequence];
}

/**
 * The position that a cursor holds.
 *
 * @throws Problem `validation_failed`
 */
export function fromPlace({ sort }: SearchOrdering, place: readonly (string | number)[]): SearchPosition {
  const sequence = Number(place.at(-1));
  if (place.length < 2) return { sequence };
  const value = sort === 'relevance' ? Number(place[0]) : place[0];
  if (value === undefined || Number.isNaN(value)) {
    throw Problem.invalid({ location: 'query.cursor', message: "must be one that a page's Link header gave" });
  }
  return { sequence, value };
}
