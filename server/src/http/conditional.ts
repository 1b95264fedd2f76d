/** Conditions and ranges of requests, RFC 9110 §13 and §14. */
import type { ByteRange } from '../kernel/content.js';
import { parsePrecondition, PRECONDITION_GRAMMAR, type Precondition } from '../kernel/precondition.js';
import { Problem } from '../kernel/problem.js';

/** The request's headers by lower-case name. */
type Headers = Readonly<Record<string, string | undefined>>;
type IfMatchHeader = Readonly<{ 'if-match'?: string | undefined }>;

/** Whether `If-None-Match` names the ETag. Compared weakly, as the RFC asks for GET. */
export function matchesEtag(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false;
  if (condition.trim() === '*') return true;
  return condition.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}

/**
 * What `If-Match` names; undefined when the request does not have it. A weak ETag never matches, so it is left out.
 *
 * @throws Problem `validation_failed` for what is neither `*` nor a list of ETags
 */
export function readPrecondition({ 'if-match': header }: IfMatchHeader): Precondition | undefined {
  if (header === undefined) return undefined;
  const precondition = parsePrecondition(header);
  if (precondition !== undefined) return precondition;
  throw Problem.invalid({ location: 'header.if-match', message: PRECONDITION_GRAMMAR });
}

/**
 * The same for a change that must say what it replaces.
 *
 * @throws Problem `precondition_required` when the request does not have it
 */
export function requirePrecondition(headers: IfMatchHeader): Precondition {
  const precondition = readPrecondition(headers);
  if (precondition !== undefined) return precondition;
  throw new Problem(
    'precondition_required',
    'Send If-Match with the ETag of the version that you read, or If-Match: * to replace whatever is there.',
  );
}

/** The validators of a content, as its answer carries them. */
interface Validators {
  readonly ETag: string;
  readonly 'Last-Modified': string;
}

/**
 * The range that the client wants and can have; undefined when it is to get the whole content: no range, one that cannot
 * be read, several, or an `If-Range` that names other content.
 *
 * @param size the content's bytes
 * @throws Problem `range_not_satisfiable` when the range lies outside
 */
export function parseRange(headers: Headers, size: number, validators: Validators): ByteRange | undefined {
  const { range, 'if-range': condition } = headers;
  if (range === undefined) return undefined;
  if (condition !== undefined && condition !== validators.ETag && condition !== validators['Last-Modified']) {
    return undefined;
  }
  const asked = readSingleRange(range);
  if (!asked) return undefined;
  const start = asked.first ?? Math.max(0, size - (asked.last ?? 0));
  const end = asked.first === undefined ? size - 1 : Math.min(asked.last ?? Infinity, size - 1);
  if (start > end) {
    const detail = `The content has ${size} bytes; the range ${range} lies outside.`;
    throw new Problem('range_not_satisfiable', detail, { headers: { 'Content-Range': `bytes */${size}` } });
  }
  return { start, end };
}

/** `bytes=0-9`, `bytes=10-`, `bytes=-10` (the last ten); undefined for several ranges, other units and nonsense. */
function readSingleRange(range: string): { first: number | undefined; last: number | undefined } | undefined {
  const match = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)$/i.exec(range.trim());
  if (!match) return undefined;
  const [first, last] = [match[1], match[2]].map((digits) => (digits ? Number(digits) : undefined));
  if (first === undefined && last === undefined) return undefined;
  if (first !== undefined && last !== undefined && first > last) return undefined;
  return { first, last };
}
