/** Moments as requests name them: a day, or a time with its zone. */

const MOMENT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:[Zz]|([+-])(\d{2}):?(\d{2})))?$/;

const MINUTE_MS = 60_000;
/** What comes before or after every time that has four digits for its year counts as the first or last of these. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads a moment: `2026-11-23` (midnight UTC) or ISO 8601 with `Z` or an offset.
 *
 * @returns the time as everything stored has it, ISO 8601 in UTC with milliseconds, so that texts compare as times do;
 *   parts of a millisecond are rounded up, after which "at or after" and "before" mean the same for whole ones. Undefined
 *   for what is not a moment, or none that there is (the 31st of February).
 */
export function parseMoment(text: string): string | undefined {
  const parts = MOMENT.exec(text);
  if (!parts) return undefined;
  const at = (group: number): number => Number(parts[group] ?? 0);
  const [year, month, day, hour, minute, second] = [at(1), at(2), at(3), at(4), at(5), at(6)];
  const [offsetHour, offsetMinute] = [at(9), at(10)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const date = new Date(FIRST_MS);
  // Not Date.UTC, which takes the years up to 99 for those after 1900.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second, Math.ceil(Number((parts[7] ?? '').padEnd(9, '0')) / 1e6));
  const offset = (offsetHour * 60 + offsetMinute) * MINUTE_MS * (parts[8] === '-' ? -1 : 1);
  const time = Math.min(Math.max(date.getTime() - offset, FIRST_MS), LAST_MS);
  return new Date(time).toISOString();
}
