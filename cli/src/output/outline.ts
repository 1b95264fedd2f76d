import type { Heading } from '@document-sync/sdk';
import { printable } from './printable.js';
import { type Column, renderTable } from './table.js';

const COLUMNS: Column[] = [
  { title: 'Lines' },
  { title: 'Tokens' },
  { title: 'Heading', shrinkable: true },
  { title: 'Section', shrinkable: true },
];

/**
 * Headings as a table, indented by their level; lines and anchors as `doc cat` takes them.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function outlineTable(headings: readonly Heading[], maximumColumns?: number): Promise<string> {
  const highest = Math.min(...headings.map(({ level }) => level));
  const rows = headings.map(({ level, title, anchor, start_line, end_line, tokens }) =>
    [`${start_line}-${end_line}`, String(tokens), '  '.repeat(level - highest) + title, anchor].map(printable),
  );
  return renderTable(COLUMNS, rows, maximumColumns);
}
