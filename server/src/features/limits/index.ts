/** The door of the limits' room. */
export { RateLimits, type Rates } from './rate-limits.js';
