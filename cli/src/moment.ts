import { UsageError } from './errors.js';

const HOUR_MS = 60 * 60 * 1000;
const UNIT_MS = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS } as const;
const AGO = /^(\d{1,5})([hdw])$/;
const DAY_OR_TIME = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})?)?$/;

/**
 * A moment as people name it: `7d` (hours, days or weeks ago), `today`, `yesterday`, a day, or a time; days and times
 * without a zone are those of this machine.
 * @param option The option that it was given to.
 * @returns ISO 8601 in UTC.
 * @throws UsageError for what is no moment
 */
export function momentOf(option: string, text: string, now = new Date()): string {
  const moment = readMoment(text.trim(), now);
  if (moment === undefined || Number.isNaN(moment.getTime())) {
    throw new UsageError(
      `${option} cannot be "${text}".`,
      'Give a day (2026-01-31), a time (2026-01-31T14:00), or how long ago: 12h, 7d, 2w, yesterday.',
    );
  }
  return moment.toISOString();
}

function readMoment(text: string, now: Date): Date | undefined {
  const [, count, unit] = AGO.exec(text) ?? [];
  if (count !== undefined) {
    return new Date(now.getTime() - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]);
  }
  if (text === 'today' || text === 'yesterday') {
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() - (text === 'yesterday' ? 1 : 0));
  }
  if (!DAY_OR_TIME.test(text)) {
    return undefined;
  }
  // A day alone would be read as UTC.
  return isRealDay(text) ? new Date(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')) : undefined;
}

/** JavaScript takes the 31st of February for the 3rd of March. */
function isRealDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
