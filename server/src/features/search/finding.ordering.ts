/** Pages of what was found, in any order. */
import { whereAmong } from '../../db/index.js';
import { orderByColumn, sortColumn, whereBehind } from '../documents/index.js';
import { candidatesOf, type SearchScope } from './finding.candidates.js';
import type { SearchOrdering, SearchPosition } from './position.js';

/** What a page is cut out of an order by. */
export interface PageCut {
  readonly ordering: SearchOrdering;
  readonly limit: number;
  /** Where the page before ended; undefined for the first. */
  readonly after?: SearchPosition | undefined;
}

/** The best documents behind a place, one more than the page holds if there is one. */
export function bestFirst(scores: ReadonlyMap<number, number>, { after, limit }: PageCut): SearchPosition[] {
  const last = after && { sequence: after.sequence, value: Number(after.value) };
  const wanted = limit + 1;
  let best: Scored[] = [];
  let worst: Scored | undefined;
  for (const [sequence, value] of scores) {
    // Most are worse than a page's worth of those before; these are not even sorted.
    if (worst && value < worst.value) continue;
    const one = { sequence, value };
    if (last && bestOf(last, one) >= 0) continue;
    best.push(one);
    if (best.length < SORTED_PAGES * wanted) continue;
    best = best.sort(bestOf).slice(0, wanted);
    worst = best.at(-1);
  }
  return best.sort(bestOf).slice(0, wanted);
}

/** So many pages' worth are gathered before they are sorted. */
const SORTED_PAGES = 8;

interface Scored {
  readonly sequence: number;
  readonly value: number;
}

/** Of equal ones the newest comes first. */
function bestOf(a: Scored, b: Scored): number {
  return b.value - a.value || b.sequence - a.sequence;
}

/** The documents of some in the order of a column, one more than the page holds if there is one. */
export async function orderedByColumn(
  { session, tenant_id }: SearchScope,
  sequences: readonly number[],
  { after, limit, ordering }: PageCut,
): Promise<SearchPosition[]> {
  const { order, sort } = ordering;
  const column = sort === 'relevance' ? 'sequence' : sortColumn(sort);
  const query = session.knex('documents').select('sequence').where({ tenant_id });
  if (column !== 'sequence') void query.select({ value: column });
  void whereAmong(query, 'sequence', sequences);
  if (after) void whereBehind(query, [column, 'sequence'], order, after);
  return (await orderByColumn(query, column, 'sequence', order).limit(limit + 1)) as SearchPosition[];
}

/** Of all documents that match, the newest or oldest, one more than the page holds if there is one. */
export async function orderedByUpload(
  scope: SearchScope,
  expression: string,
  { after, limit, ordering: { order } }: PageCut,
): Promise<SearchPosition[]> {
  const { from, below } = scope.range;
  const range =
    order === 'desc'
      ? { from, below: Math.min(below, after?.sequence ?? below) }
      : { from: Math.max(from, (after?.sequence ?? from - 1) + 1), below };
  const { sequences } = await candidatesOf(scope, expression, limit + 1, order, range);
  return sequences.map((sequence) => ({ sequence }));
}
