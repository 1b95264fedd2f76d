/** More of a text than this helps nobody at a terminal; `--format json` has all that the server tells. */
const MOST_LINES = 20;
const MOST_CHARACTERS = 200;

/**
 * The beginning of some lines, as far as it can be read at a glance, and how many more there are.
 * @param count How many lines there are; `lines` may hold fewer.
 */
export function excerpt(lines: readonly string[], count = lines.length): string[] {
  const shown = lines.slice(0, MOST_LINES).map(shortened);
  const rest = count - shown.length;
  return rest > 0 ? [...shown, `… ${rest} more ${rest === 1 ? 'line' : 'lines'}`] : shown;
}

function shortened(line: string): string {
  const characters = [...line];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS).join('')}…` : line;
}
