/** Pages of a listing: an opaque cursor on the way in, a `Link` to the next page on the way out (RFC 8288). */
import { Problem } from '../kernel/problem.js';

/**
 * A place in a listing that can be ordered in several ways. It means something in the order that it is of, and nothing in
 * any other.
 */
export interface OrderedPlace {
  /** Names the order, as `name asc`. */
  readonly ordering: string;
  readonly place: readonly (string | number)[];
}

/**
 * Where a page starts, in a listing of one order; undefined for the first one.
 *
 * @throws Problem `validation_failed` for a cursor that no page's `Link` gave
 */
export function pageStart(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const start = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(start)) throw notOurs();
  return start;
}

/**
 * The same in a listing of several orders.
 *
 * @param ordering the order that is asked for
 * @param types of the place's parts
 * @throws Problem `validation_failed` for a cursor that no page's `Link` gave, or that of a page in another order
 */
export function orderedPageStart(
  cursor: string | undefined,
  ordering: string,
  types: readonly ('string' | 'number')[],
): (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  const [of, ...place] = parsedArray(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (of !== ordering || place.length !== types.length) throw notOurs();
  return place.map((part, index) => {
    if (typeof part === 'string' && types[index] === 'string') return part;
    if (Number.isSafeInteger(part) && types[index] === 'number') return part as number;
    throw notOurs();
  });
}

function parsedArray(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function notOurs(): Problem {
  return Problem.invalid({
    location: 'query.cursor',
    message: "must be one that a page's Link header gave, for the same order",
  });
}

/**
 * The header that names the next page: the same query, from where this page ended.
 *
 * @param query the parameters as they were given; empty ones are left out
 * @param next where the next page starts; undefined when this was the last
 */
export function nextPage(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  next: number | OrderedPlace | undefined,
): { Link?: string } {
  if (next === undefined) return {};
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = typeof next === 'number' ? String(next) : JSON.stringify([next.ordering, ...next.place]);
  parameters.set('cursor', Buffer.from(text).toString('base64url'));
  return { Link: `<${path}?${parameters.toString()}>; rel="next"` };
}
