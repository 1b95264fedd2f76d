/** Whether two series of times can be told apart. */

/**
 * The probability that a time of one series is longer than one of the other; equal times count half. A half means that
 * nobody can tell them apart. It looks at the order of the times only, so a few very long ones move it no more than others.
 */
export function chanceOfLonger(one: readonly number[], other: readonly number[]): number {
  const all = [...one.map((time) => ({ time, own: true })), ...other.map((time) => ({ time, own: false }))];
  all.sort((a, b) => a.time - b.time);
  let sum = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (all[end]?.time === all[start]?.time && end < all.length) end += 1;
    // Equal times share the middle of their ranks, which count from 1.
    const rank = (start + 1 + end) / 2;
    for (; start < end; start += 1) if (all[start]?.own === true) sum += rank;
  }
  return (sum - (one.length * (one.length + 1)) / 2) / (one.length * other.length);
}

/** The value that so large a part of the series is below. */
export function quantile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}
