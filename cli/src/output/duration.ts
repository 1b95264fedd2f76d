const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
];

/** Whole seconds for people, in the two greatest units: `42 s`, `3 min 20 s`, `5 h 3 min`, `12 d 4 h`. */
export function formatDuration(seconds: number): string {
  const greatest = UNITS.findIndex((unit) => seconds >= unit.seconds);
  if (greatest === -1) {
    return '0 s';
  }
  let rest = seconds;
  const parts = UNITS.slice(greatest, greatest + 2).map((unit) => {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    return { count, text: `${count} ${unit.name}` };
  });
  return parts
    .filter(({ count }) => count > 0)
    .map(({ text }) => text)
    .join(' ');
}
