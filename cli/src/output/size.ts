const UNITS = ['KB', 'MB', 'GB', 'TB', 'PB'];

/** A number of bytes for people, 1024 to the KB and one decimal: `512 B`, `24.5 KB`, `1.0 GB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) {
    return `${bytes} B`;
  }
  let value = bytes / 1024;
  let unit = 0;
  // 1023.95 would be shown as 1024.0 of a unit.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}
