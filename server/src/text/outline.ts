import type { Heading, Outline } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import type { HeadingNames } from './section-names.js';
import type { HeadingTable, TextIndex } from './text-index.js';

/** More headings than this are not listed; the contract's limit of `Outline`. */
const LISTED = 5_000;

/**
 * The headings of a text, as far as the contract lists them.
 *
 * @throws {Problem} `text_too_large` when the text has too many lines to be read as Markdown
 */
export function toOutline(index: TextIndex): Omit<Outline, 'document_id' | 'version'> {
  const table = headingsOf(index);
  const { titles, anchors } = namesOf(table);
  const headings: Heading[] = titles.slice(0, LISTED).map((title, at) => ({
    level: table.levels[at] ?? 1,
    title,
    anchor: anchors[at] ?? '',
    start_line: table.start_lines[at] ?? 1,
    end_line: table.end_lines[at] ?? 1,
    size_bytes: table.size_bytes[at] ?? 0,
    tokens: table.tokens[at] ?? 0,
  }));
  const { total_lines, total_bytes, total_tokens } = index;
  const truncated = table.total > headings.length;
  return { total_lines, total_bytes, total_tokens, total_headings: table.total, truncated, headings };
}

/**
 * The headings of a text.
 *
 * @throws {Problem} `text_too_large`
 */
export function headingsOf(index: TextIndex): HeadingTable {
  if (index.headings !== undefined) return index.headings;
  throw new Problem(
    'text_too_large',
    `The text has ${index.total_lines} lines, too many to look for headings; read it by lines.`,
  );
}

/** What the headings of a table are called. */
export function namesOf(table: HeadingTable): HeadingNames {
  if (table.levels.length === 0) return { titles: [], anchors: [] };
  return { titles: table.titles.split('\n'), anchors: table.anchors.split('\n') };
}
