import { UsageError } from './errors.js';

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const DURATION = /^(\d{1,9})([smhdw])$/;

/**
 * How long something is to last, as people say it: `90m`, `12h`, `7d`, `2w`.
 * @returns Seconds, at least 1.
 * @throws UsageError for what is no duration
 */
export function parseDuration(text: string): number {
  const [, count = '', unit] = DURATION.exec(text.trim()) ?? [];
  const seconds = unit === undefined ? 0 : Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
  if (seconds === 0) {
    throw new UsageError(`"${text}" is no duration.`, 'Give a number above 0 and a unit: 90m, 12h, 7d or 2w.');
  }
  return seconds;
}
