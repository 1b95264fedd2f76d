import { countLineEnds } from '../../../text/index.js';
import { headingsIn, NO_HEADINGS } from './headings.js';

/** Lines of a text that belong together, without empty ones at their ends. Places are in UTF-16 units, lines from 1. */
export interface Section {
  readonly start: number;
  /** Behind the line end of its last line. */
  readonly end: number;
  readonly start_line: number;
  readonly end_line: number;
  /** Empty where there is no heading. */
  readonly title: string;
  /** Behind its heading; where it starts when there is none. */
  readonly body: number;
  /** 0 where there is no heading. */
  readonly level: number;
  /** The section whose heading stands over this one's; -1 when none does. */
  readonly parent: number;
}

/** A text without headings is cut into blocks of at most so many lines. */
const BLOCK_LINES = 60;

/** It and the control characters below it make an empty line. */
const SPACE = 0x20;

type Piece = Pick<Section, 'title' | 'level'> & { start: number; body: number; end: number; line: number };

/**
 * Cuts a text at its headings: each section goes to the next heading, of whatever level. What has no heading, before the
 * first or in all of the text, is cut into blocks of paragraphs. Only empty lines belong to no section.
 *
 * @param markdown whether the text has headings, see `hasHeadings`
 */
export function cutSections(text: string, markdown: boolean): Section[] {
  const headings = markdown ? headingsIn(text) : NO_HEADINGS;
  const sections: Section[] = [];
  const open: number[] = [];
  const first = headings.starts[0] ?? text.length;
  let line = 1;
  for (const block of blocksOf(text, first)) {
    push(sections, text, { ...block, title: '', level: 0, body: block.start }, -1);
  }
  line += countLineEnds(text, 0, first);
  for (const [at, start] of headings.starts.entries()) {
    const end = headings.starts[at + 1] ?? text.length;
    const level = headings.levels[at] ?? 1;
    while (open.length > 0 && (sections[open.at(-1) ?? -1]?.level ?? 0) >= level) open.pop();
    const [title, body] = [headings.title(at), headings.ends[at] ?? start];
    push(sections, text, { start, end, line, body, title, level }, open.at(-1) ?? -1);
    open.push(sections.length - 1);
    line += countLineEnds(text, start, end);
  }
  return sections;
}

function push(sections: Section[], text: string, { line, ...piece }: Piece, parent: number): void {
  const end = withoutEmptyLines(text, piece.body, piece.end);
  const ends = countLineEnds(text, piece.start, end);
  const end_line = line + ends - (text[end - 1] === '\n' ? 1 : 0);
  sections.push({ ...piece, end, start_line: line, end_line, parent });
}

/** The end of the last line that is not empty. */
function withoutEmptyLines(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && text.charCodeAt(last - 1) <= SPACE) last--;
  return last === start ? start : Math.min(end, text.indexOf('\n', last) + 1 || end);
}

/** The blocks of the beginning of a text, each of whole paragraphs, or of a part of one that is very long. */
function blocksOf(text: string, end: number): { start: number; end: number; line: number }[] {
  const blocks: { start: number; end: number; line: number }[] = [];
  let block: { start: number; end: number; line: number } | undefined;
  for (const paragraph of paragraphsOf(text, { start: 0, end, start_line: 1 }, BLOCK_LINES)) {
    if (block !== undefined && paragraph.end_line - block.line < BLOCK_LINES) block.end = paragraph.end;
    else blocks.push((block = { start: paragraph.start, end: paragraph.end, line: paragraph.start_line }));
  }
  return blocks;
}

/** Lines that follow each other. */
export type Lines = Pick<Section, 'start' | 'end' | 'start_line' | 'end_line'>;

/**
 * The paragraphs of a part of a text: lines with no empty one between them.
 *
 * @param maxLines longer paragraphs are divided
 */
export function paragraphsOf(text: string, part: Omit<Lines, 'end_line'>, maxLines: number): Lines[] {
  const paragraphs: Lines[] = [];
  let current: { start: number; end: number; start_line: number; end_line: number } | undefined;
  let number = part.start_line;
  for (let { start } = part; start < part.end; number++) {
    const end = Math.min(part.end, text.indexOf('\n', start) + 1 || part.end);
    if (isEmpty(text, start, end)) current = undefined;
    else if (current !== undefined && number - current.start_line < maxLines) {
      current.end = end;
      current.end_line = number;
    } else paragraphs.push((current = { start, end, start_line: number, end_line: number }));
    start = end;
  }
  return paragraphs;
}

function isEmpty(text: string, start: number, end: number): boolean {
  let at = start;
  while (at < end && text.charCodeAt(at) <= SPACE) at++;
  return at === end;
}
