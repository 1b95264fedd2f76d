/** The few figures that a report needs of a list of measurements. None of these change their argument. */

/**
 * The value below which a share of the values lies (nearest rank).
 * @param values at least one number, in any order
 * @param share 0–1, so 0.99 for p99
 * @throws RangeError when there are no values: a percentile of nothing would look like a measurement
 */
export function percentile(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no values to take a percentile of');
  return value;
}

/**
 * The middle value; of an even number of values the mean of the middle two.
 * @throws RangeError when there are no values
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no values to take a median of');
  return (lower + upper) / 2;
}

/**
 * The sum of the values.
 * @returns 0 when there are none
 */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
