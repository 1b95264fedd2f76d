/** Rate limits as requests meet them: what is told in headers, and 429. */
import type { ServerResponse } from 'node:http';
import type { Allowance, LimitName } from '../kernel/allowance.js';
import { Problem } from '../kernel/problem.js';

/** Who counts. */
export interface RateLimits {
  /** Counts a request of a holder; undefined where there is no such limit. */
  take(name: LimitName, holder: string): Allowance | Promise<Allowance> | undefined;
  /** The refusal that one more request is known to meet, without counting it. */
  refusal(name: LimitName, holder: string): Allowance | undefined;
}

const WINDOW_SECONDS = 60;

/**
 * Tells of a limit in the answer, as draft-ietf-httpapi-ratelimit-headers has it: items of structured fields (RFC 9651).
 *
 * @throws Problem `rate_limited` when the request is over it
 */
export function requireAllowance(res: ServerResponse, allowance: Allowance): void {
  const { name, perMinute, allowed, left, renewedInMs, retryInMs } = allowance;
  res.setHeader('RateLimit-Policy', `"${name}";q=${perMinute};w=${WINDOW_SECONDS}`);
  res.setHeader('RateLimit', `"${name}";r=${left};t=${Math.ceil(renewedInMs / 1000)}`);
  if (allowed) return;
  const seconds = Math.max(1, Math.ceil(retryInMs / 1000));
  const what = name === 'auth-failures' ? 'failed authentications' : `requests of the class ${name}`;
  throw new Problem('rate_limited', `More than ${perMinute} ${what} in 60 s. Try again in ${seconds} s.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
