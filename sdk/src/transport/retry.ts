import { NetworkError } from '../errors.js';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
/** A server that asks for a longer pause than this is reported to the caller instead of being waited for. */
const LONGEST_RETRY_AFTER_SECONDS = 30;

/** Methods whose repetition leaves the server as one request does (RFC 9110, 9.2.2, as far as the contract has them). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);
/** Answers that say "later", from the server or from a proxy before it. */
const TRANSIENT: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Answers that, with `Retry-After`, say that the server did nothing at all. */
const UNTOUCHED: ReadonlySet<number> = new Set([429, 503]);

/** Whether repeating a request leaves the server as sending it once does, by its method alone. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}

/**
 * Whether an answer calls for another attempt.
 *
 * @param repeatable whether repeating the request does no harm
 * @param attempt how many attempts went before this one
 * @returns the pause before it in milliseconds; undefined when the answer stands
 */
export function delayAfterResponse(repeatable: boolean, response: Response, attempt: number): number | undefined {
  const seconds = retryAfterSeconds(response.headers);
  if (!(repeatable && TRANSIENT.has(response.status)) && !saysUntouched(response)) return undefined;
  if (seconds === undefined) return backoffMs(attempt);
  return seconds <= LONGEST_RETRY_AFTER_SECONDS ? Math.max(seconds * 1000, jittered(FIRST_DELAY_MS)) : undefined;
}

/**
 * Whether a failure calls for another attempt: one that kept the request from the server always does, a lost
 * connection does when the request may be repeated, everything else (aborts, time-outs) does not.
 *
 * @param repeatable whether repeating the request does no harm
 * @returns the pause before it in milliseconds; undefined when the failure stands
 */
export function delayAfterError(repeatable: boolean, error: unknown, attempt: number): number | undefined {
  if (!(error instanceof NetworkError)) return undefined;
  return error.refused || repeatable ? backoffMs(attempt) : undefined;
}

/** Whether an answer says in so many words that the server did nothing. A proxy's 502 leaves that open. */
export function saysUntouched(response: Response): boolean {
  return UNTOUCHED.has(response.status) && retryAfterSeconds(response.headers) !== undefined;
}

/** Whether a failure leaves open if the server has carried the request out. */
export function leavesOpen(error: unknown): boolean {
  return !(error instanceof NetworkError && error.refused);
}

/** The `Retry-After` of an answer in seconds: a number as it is, a date as the time from now to it (RFC 9110, 10.2.3). */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

/** A pause that doubles with every attempt, in milliseconds, scattered so that clients do not return all at once. */
export function backoffMs(attempt: number): number {
  return jittered(Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS));
}

/** Waits, and rejects with the signal's reason when it aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

function jittered(milliseconds: number): number {
  return milliseconds * (0.5 + Math.random() / 2);
}
