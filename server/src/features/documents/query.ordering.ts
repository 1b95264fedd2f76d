/** The orders that documents can be listed in, and places in them. */
import type { Knex } from 'knex';

export type DocumentSort = 'uploaded_at' | 'updated_at' | 'name' | 'size';

export interface DocumentOrdering {
  readonly sort: DocumentSort;
  readonly order: 'asc' | 'desc';
}

/**
 * A document's place in an order: what it is ordered by and, since others may have the same, its sequence. Documents that
 * come, go or change move no other one's place.
 */
export interface DocumentPosition {
  readonly sequence: number;
  /** What its column says; nothing where the sequence itself orders. */
  readonly value?: string | number;
}

/** The column of `documents` that a sort reads; `sequence` breaks ties, in the same direction. */
export type SortColumn = 'sequence' | 'updated_at' | 'name_sorted' | 'size_bytes';

/**
 * Documents were uploaded in the order of their sequences. Their times say the same, unless the clock was set back in
 * between, and then the sequence is right.
 */
const COLUMNS = {
  uploaded_at: 'sequence',
  updated_at: 'updated_at',
  name: 'name_sorted',
  size: 'size_bytes',
} as const satisfies Record<DocumentSort, SortColumn>;

export const NEWEST_FIRST: DocumentOrdering = { sort: 'uploaded_at', order: 'desc' };

/** An ordering; without a direction names go up, and times and sizes down. */
export function orderingOf(
  sort: DocumentSort = 'uploaded_at',
  order: 'asc' | 'desc' = sort === 'name' ? 'asc' : 'desc',
): DocumentOrdering {
  return { sort, order };
}

export function sortColumn(sort: DocumentSort): SortColumn {
  return COLUMNS[sort];
}

/** The types of a position's parts, as a cursor holds them: the value, if there is one, and the sequence. */
export function positionTypes(sort: DocumentSort): ('string' | 'number')[] {
  switch (sort) {
    case 'uploaded_at':
      return ['number'];
    case 'size':
      return ['number', 'number'];
    case 'updated_at':
    case 'name':
      return ['string', 'number'];
  }
}

/** Orders by a column, ties by their sequence. */
export function orderByColumn(
  query: Knex.QueryBuilder,
  column: string,
  sequence: string,
  order: 'asc' | 'desc',
): Knex.QueryBuilder {
  if (column !== sequence) void query.orderBy(column, order);
  return query.orderBy(sequence, order);
}

/**
 * Adds the condition that a row comes after a place, or (`upTo`) not after it.
 *
 * @param columns what it is ordered by and the sequence; only the latter where it orders alone
 */
export function whereBehind(
  query: Knex.QueryBuilder,
  [column, sequence]: readonly [column: string, sequence: string],
  order: 'asc' | 'desc',
  place: DocumentPosition,
  upTo = false,
): Knex.QueryBuilder {
  const ahead = order === 'asc' ? '>' : '<';
  const operator = upTo ? (order === 'asc' ? '<=' : '>=') : ahead;
  if (place.value === undefined) return query.where(sequence, operator, place.sequence);
  return query.whereRaw(`(??, ??) ${operator} (?, ?)`, [column, sequence, place.value, place.sequence]);
}

/** Which of two places comes first, as the database compares them: texts by code point. */
export function comparePositions(order: 'asc' | 'desc'): (a: DocumentPosition, b: DocumentPosition) => number {
  const direction = order === 'asc' ? 1 : -1;
  return (a, b) => direction * (compareValues(a.value, b.value) || a.sequence - b.sequence);
}

function compareValues(a: string | number = 0, b: string | number = 0): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
