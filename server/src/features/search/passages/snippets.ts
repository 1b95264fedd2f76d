import type { TextSpan } from '../../../kernel/contract.js';
import type { Pattern, PatternMatch } from '../../../search-index/index.js';
import { countLineEnds } from '../../../text/index.js';
import { excerptAround, markedText, type Range } from './excerpt.js';
import { headingAt, headingsIn, NO_HEADINGS, type Headings } from './headings.js';
import { findMatches } from './matching.js';
import { WindowChoice } from './window-choice.js';

/** A passage of a text that is shown for a query. Lines are counted from 1. */
export interface Passage {
  readonly text: string;
  readonly start_line: number;
  readonly end_line: number;
  /** The heading it stands under, and its anchor. */
  readonly section?: string;
  readonly anchor?: string;
  readonly matches: TextSpan[];
}

export interface SnippetOptions {
  /** How many passages, at the most. */
  readonly count: number;
  /** How long each may be, in UTF-16 units. */
  readonly maxCharacters?: number;
  /** Whether the text has Markdown's headings, see `hasHeadings`. */
  readonly markdown?: boolean;
}

const MAX_CHARACTERS = 240;

/**
 * The passages of a text that show best what a query finds in it, the best first: those with the most and rarest of its
 * patterns, in headings before elsewhere, each with something of its own. None overlaps another. Of equal ones the first
 * in the text comes first. Nothing when nothing matches.
 */
export function snippetsOf(text: string, patterns: readonly Pattern[], options: SnippetOptions): Passage[] {
  const { count, maxCharacters = MAX_CHARACTERS, markdown = true } = options;
  const found = count > 0 ? findMatches(text, patterns) : [];
  if (found.length === 0) return [];
  const headings = markdown ? headingsIn(text) : NO_HEADINGS;
  const choice = new WindowChoice(text, found, patterns, headings, maxCharacters);
  const taken: Range[] = [];
  while (taken.length < count) {
    const window = choice.best();
    if (window === undefined) break;
    const excerpt = excerptAround(text, window, roomAround(text, window, headings, taken), maxCharacters);
    choice.take(excerpt);
    taken.push(excerpt);
  }
  return passages(text, taken, found, headings);
}

/** Where a query's patterns stand in a name. */
export function nameMatches(name: string, patterns: readonly Pattern[]): TextSpan[] {
  return markedText(name, { start: 0, end: name.length }, findMatches(name, patterns)).matches;
}

/** How far an excerpt may reach: to the headings around it, and to what is shown already. */
function roomAround(text: string, { start, end }: Range, headings: Headings, taken: readonly Range[]) {
  const at = headingAt(headings, start);
  const room = {
    start: headings.starts[at] ?? 0,
    end: headings.starts[at + 1] ?? text.length,
    heading_end: headings.ends[at] ?? 0,
  };
  for (const other of taken) {
    if (other.end <= start) room.start = Math.max(room.start, other.end);
    if (other.start >= end) room.end = Math.min(room.end, other.start);
  }
  return room;
}

function passages(
  text: string,
  excerpts: readonly Range[],
  found: readonly PatternMatch[],
  headings: Headings,
): Passage[] {
  const lines = lineNumbers(text, excerpts);
  return excerpts.map((excerpt, at) => {
    const heading = headingAt(headings, excerpt.start);
    const title = headings.title(heading);
    const anchor = title === '' ? undefined : headings.anchor(heading);
    const start_line = lines[at] ?? 1;
    return {
      ...markedText(text, excerpt, found),
      start_line,
      end_line: start_line + countLineEnds(text, excerpt.start, excerpt.end),
      ...(title !== '' && { section: title }),
      ...(anchor !== undefined && { anchor }),
    };
  });
}

/** The line that each range begins in; the text is gone through once. */
function lineNumbers(text: string, ranges: readonly Range[]): number[] {
  const numbers: number[] = [];
  let [line, place] = [1, 0];
  const inOrder = [...ranges.entries()].sort(([, one], [, two]) => one.start - two.start);
  for (const [at, { start }] of inOrder) {
    line += countLineEnds(text, place, start);
    place = start;
    numbers[at] = line;
  }
  return numbers;
}
