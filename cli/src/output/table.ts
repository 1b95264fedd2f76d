import { padded, truncated, type WidthOf, widthMeasure } from './width.js';

/** A column of a table; only one that is `shrinkable` is cut where a table is wider than the terminal. */
export interface Column {
  title: string;
  shrinkable?: boolean;
}

/** How narrow a shrinkable column gets before the table is rather let run over the terminal's edge. */
const MINIMUM_COLUMNS = 8;

/**
 * A table in box drawing characters with a line under its head and none between its rows, as in the architecture draft.
 * Drawn here because the libraries at hand misplace borders after newer wide characters and cut characters in two.
 * @param maximumColumns The width of the terminal; without one nothing is cut.
 */
export async function renderTable(columns: Column[], rows: string[][], maximumColumns?: number): Promise<string> {
  const titles = columns.map((column) => column.title);
  const widthOf = await widthMeasure(rows.flat());
  const natural = columns.map((_, index) => Math.max(...[titles, ...rows].map((cells) => widthOf(cells[index] ?? ''))));
  const widths = fitted(columns, natural, maximumColumns);

  return [
    border('┌┬┐', widths),
    line(titles, widths, widthOf),
    border('├┼┤', widths),
    ...rows.map((cells) => line(cells, widths, widthOf)),
    border('└┴┘', widths),
  ].join('\n');
}

function border(corners: string, widths: number[]): string {
  const [left = '', middle = '', right = ''] = corners;
  return left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
}

function line(cells: string[], widths: number[], widthOf: WidthOf): string {
  const contents = widths.map((width, index) => padded(truncated(cells[index] ?? '', width, widthOf), width, widthOf));
  return `│ ${contents.join(' │ ')} │`;
}

/** Takes what is missing from the widest shrinkable column, a column of the terminal at a time. */
function fitted(columns: Column[], natural: number[], maximumColumns = Infinity): number[] {
  const widths = [...natural];
  const borders = 3 * columns.length + 1;
  let excess = widths.reduce((sum, width) => sum + width, borders) - maximumColumns;
  while (excess > 0) {
    const widest = widths.reduce(
      (best, width, index) =>
        columns[index]?.shrinkable === true && width > MINIMUM_COLUMNS && width > (widths[best] ?? 0) ? index : best,
      -1,
    );
    if (widest === -1) {
      break;
    }
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}
