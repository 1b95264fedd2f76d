/**
 * A server's time stamp (ISO 8601, UTC) as local time for people: `2024-11-21 10:30:00`. What is no time stamp comes back
 * as it is.
 */
export function formatLocalTime(timestamp: string): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) {
    return timestamp;
  }
  const date = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join('-');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
