import type { ByteRange } from '../kernel/content.js';
import { Problem } from '../kernel/problem.js';
import { headingsOf, namesOf } from './outline.js';
import { matchSection, quoted } from './section-names.js';
import { CHECKPOINT_BYTES, type Checkpoints, type TextIndex } from './text-index.js';
import { MAX_TOKEN_BYTES } from './tokens.js';

/** What one answer holds at the most, in bytes of UTF-8. */
export const MAX_PART_BYTES = 1024 * 1024;

/** Which part of a text is wanted, in the contract's words; all of it when nothing is said. */
export interface Selection {
  /** `40-120`, `40-`, `40` or `-20`, of the contract's form. */
  readonly lines?: string | undefined;
  /** A heading's title or `#anchor`. */
  readonly section?: string | undefined;
  /** How many tokens the part may have. */
  readonly max_tokens?: number | undefined;
}

/** Where a selection stands in the content. */
export interface Located {
  /** The bytes to read, or undefined when there are none. They begin at a checkpoint. */
  readonly range: ByteRange | undefined;
  /** The checkpoint with which the range begins. */
  readonly checkpoint: number;
  /** What is wanted, counted from 1. */
  readonly first_line: number;
  readonly last_line: number;
  readonly max_tokens: number;
  /** The heading, when a section is wanted. */
  readonly section: string | undefined;
}

/**
 * Finds a selection in a text's index, without the text.
 *
 * @throws {Problem} `range_not_satisfiable`, `section_not_found`, `section_ambiguous`, `text_too_large` (too many lines for
 * Markdown), `validation_failed` (lines that end before they begin, or lines and a section at once)
 */
export function locate(index: TextIndex, selection: Selection): Located {
  const { lines, section, max_tokens = Infinity } = selection;
  if (lines !== undefined && section !== undefined) {
    throw Problem.invalid({ location: 'query.section', message: 'cannot be asked for together with lines' });
  }
  const wanted = section !== undefined ? sectionLines(index, section) : rangeLines(index, lines);
  const { first_line, last_line } = wanted;
  const { checkpoints } = index;
  const checkpoint = lastAtMost(checkpoints.lines, first_line - 1);
  const start = checkpoints.bytes[checkpoint] ?? 0;
  const stop = checkpoints.bytes[firstAtLeast(checkpoints.lines, last_line)] ?? 0;
  const end = Math.min(stop, start + CHECKPOINT_BYTES + mostBytes(index, max_tokens)) - 1;
  const range = end < start || last_line < first_line ? undefined : { start, end };
  return { range, checkpoint, max_tokens, section: undefined, ...wanted };
}

type Wanted = Pick<Located, 'first_line' | 'last_line'> & { section?: string };

function sectionLines(index: TextIndex, name: string): Wanted {
  const table = headingsOf(index);
  const names = namesOf(table);
  const match = matchSection(names, name, (at) => table.start_lines[at] ?? 1);
  if ('at' in match) {
    const { at } = match;
    const section = quoted(names.titles[at] ?? '');
    return { first_line: table.start_lines[at] ?? 1, last_line: table.end_lines[at] ?? 1, section };
  }
  const { found, detail } = match;
  if (found.occurrences > 0) throw new Problem('section_ambiguous', detail, { details: { found } });
  throw new Problem('section_not_found', `${detail} ${inOutline(table.total, table.levels.length)}`, {
    details: { found },
  });
}

function inOutline(total: number, kept: number): string {
  if (total === 0) return 'The text has no headings; read it by lines.';
  const searched = total > kept ? `The first ${kept} of ${total} headings were searched` : `It has ${total} headings`;
  return `${searched}; the outline lists them.`;
}

function rangeLines({ total_lines }: TextIndex, lines: string | undefined): Wanted {
  if (lines === undefined) return { first_line: 1, last_line: total_lines };
  const [, from = '', dash = '', to = ''] = /^(\d*)(-?)(\d*)$/.exec(lines) ?? [];
  if (from === '') return { first_line: Math.max(1, total_lines - Number(to) + 1), last_line: total_lines };
  const first_line = Number(from);
  const asked = dash === '' ? first_line : to === '' ? Infinity : Number(to);
  if (asked < first_line) {
    throw Problem.invalid({ location: 'query.lines', message: `line ${to} is before line ${from}` });
  }
  if (first_line > total_lines) {
    const has = total_lines === 1 ? '1 line' : `${total_lines} lines`;
    throw new Problem('range_not_satisfiable', `The text has ${has}; there is no line ${from}.`, {
      headers: { 'Content-Range': `lines */${total_lines}` },
    });
  }
  return { first_line, last_line: Math.min(asked, total_lines) };
}

/** How many bytes of the content can be needed for a part, with some to see that there is more. */
function mostBytes({ encoding }: TextIndex, max_tokens: number): number {
  const textBytes = Math.min(MAX_PART_BYTES, max_tokens * MAX_TOKEN_BYTES);
  // A character of UTF-16 is at most twice as long as in UTF-8, one of the others never longer.
  return (encoding.startsWith('utf-16') ? 2 : 1) * textBytes + 2 * MAX_TOKEN_BYTES;
}

/** The last index of a rising column whose value is at most this. */
function lastAtMost(column: Checkpoints['lines'], value: number): number {
  return Math.max(0, firstAtLeast(column, value + 1) - 1);
}

/** The first index of a rising column whose value is at least this, or the last index. */
function firstAtLeast(column: Checkpoints['lines'], value: number): number {
  let low = 0;
  let high = column.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((column[middle] ?? 0) >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}
