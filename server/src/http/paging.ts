/** Pages of a listing: an opaque cursor on the way in, a `Link` to the next page on the way out (RFC 8288). */
import { Problem } from '../kernel/problem.js';

/**
 * Where a page starts; undefined for the first one.
 *
 * @throws Problem `validation_failed` for a cursor that no page's `Link` gave
 */
export function pageStart(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const start = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(start)) {
    throw Problem.invalid({ location: 'query.cursor', message: "must be one that a page's Link header gave" });
  }
  return start;
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
  next: number | undefined,
): { Link?: string } {
  if (next === undefined) return {};
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  parameters.set('cursor', Buffer.from(String(next)).toString('base64url'));
  return { Link: `<${path}?${parameters.toString()}>; rel="next"` };
}
