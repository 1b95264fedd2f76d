const WINDOW_SECONDS = 60;

/** So many requests in so many seconds, counted from the first one. */
export interface Quota {
  readonly points: number;
  readonly seconds: number;
}

/**
 * Splits what a minute allows: half of it flows steadily, in the shortest steps that hold whole requests, the other half
 * may be used at once. Together they are what the minute allows.
 *
 * @param perMinute at least 1
 */
export function splitQuota(perMinute: number): { readonly steady: Quota; readonly burst: Quota } {
  const seconds = Math.min(WINDOW_SECONDS, Math.max(1, Math.ceil((2 * WINDOW_SECONDS) / perMinute)));
  const points = Math.max(1, Math.floor((perMinute * seconds) / (2 * WINDOW_SECONDS)));
  const flowing = Math.floor((points * WINDOW_SECONDS) / seconds);
  return {
    steady: { points, seconds },
    burst: { points: Math.max(0, perMinute - flowing), seconds: WINDOW_SECONDS },
  };
}
