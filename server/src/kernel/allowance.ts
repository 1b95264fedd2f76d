/** Words of rate limits, for those who count and those who answer. */

/** The contract's `x-rate-class`. */
export type RateClass = 'read' | 'write' | 'search';

/** What is counted apart from everything else: requests of a class, and failed authentications. */
export type LimitName = RateClass | 'auth-failures';

/** What a limit says of one more request. */
export interface Allowance {
  readonly name: LimitName;
  /** How many requests a minute are allowed. */
  readonly perMinute: number;
  readonly allowed: boolean;
  /** How many more would be let through at this moment. */
  readonly left: number;
  /** After how many milliseconds more of them are allowed again. */
  readonly renewedInMs: number;
  /** After how many milliseconds the next one would be let through that is not now. */
  readonly retryInMs: number;
}
