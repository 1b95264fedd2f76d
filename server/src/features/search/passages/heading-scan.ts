import GithubSlugger from 'github-slugger';
import type { Headings } from './headings.js';

/** Only so many headings are kept; a text with more is no document. */
const MAX_HEADINGS = 50_000;
const MAX_TITLE = 1_000;

const FENCE = /^ {0,3}(`{3,}|~{3,})([^\n]*)/;
const ATX = /^ {0,3}(#{1,6})(?:[ \t]|\r?$)/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*\r?$/;
/** What an underline makes no heading of: nothing, code, quotes, tables, lists, HTML. */
const NO_TITLE = /^(?:\s*$| {4}|\t| {0,3}(?:[>|<]|[-+*](?:\s|$)|\d{1,9}[.)]\s))/;
/** What is looked at of a line to know what it is. */
const LOOKED_AT = 200;
/** Whether a title may read otherwise than it is written, beyond what is taken off here. */
const UNCERTAIN = /[\\_[\]<&~]/;

const SPACE = 0x20;

/** What the first character of a heading, a fence or an underline can be: # ` ~ = - */
const MARKS = new Set([0x23, 0x60, 0x7e, 0x3d, 0x2d]);

interface Fence {
  readonly mark: string;
  readonly length: number;
}

/**
 * The headings of a Markdown text, found line by line: ATX ones and those of one line with an underline, outside of fences
 * and front matter. Not so exact as the parser, but ten times as fast; what it says of a heading's anchor is right, or left out.
 */
export function scanHeadings(text: string): Headings {
  const [starts, ends, levels]: [number[], number[], number[]] = [[], [], []];
  let fence: Fence | undefined;
  let before = -1;
  for (let start = behindFrontMatter(text); start < text.length && starts.length < MAX_HEADINGS;) {
    const end = text.indexOf('\n', start) + 1 || text.length;
    const previous = before;
    before = start;
    start = end;
    if (!mayMark(text, before, end)) continue;
    const line = text.slice(before, Math.min(end, before + LOOKED_AT)).replace(/\n$/, '');
    const found = fenceIn(line);
    if (fence !== undefined) {
      if (found?.mark === fence.mark && found.length >= fence.length && found.closes) fence = undefined;
    } else if (found !== undefined) {
      if (found.opens) fence = found;
    } else {
      const atx = ATX.exec(line)?.[1];
      const underlined = atx === undefined && UNDERLINE.test(line) && isTitle(text, previous, before, ends.at(-1));
      if (atx === undefined && !underlined) continue;
      starts.push(underlined ? previous : before);
      ends.push(end);
      levels.push(atx?.length ?? (line.includes('=') ? 1 : 2));
    }
  }
  const names = new ScannedNames(text, starts, ends);
  return { starts, ends, levels, title: (at) => names.title(at), anchor: (at) => names.anchor(at) };
}

function behindFrontMatter(text: string): number {
  if (!/^---[ \t]*\r?\n/.test(text)) return 0;
  const closing = /^(?:---|\.\.\.)[ \t]*\r?$/gm;
  closing.lastIndex = 4;
  return closing.test(text) ? text.indexOf('\n', closing.lastIndex) + 1 || text.length : 0;
}

/** Whether a line begins, behind a few blanks, as a heading, a fence or an underline does. */
function mayMark(text: string, start: number, end: number): boolean {
  let at = start;
  while (at < end && at < start + 3 && text.charCodeAt(at) === SPACE) at++;
  return MARKS.has(text.charCodeAt(at));
}

function fenceIn(line: string): (Fence & { opens: boolean; closes: boolean }) | undefined {
  const [, marks = '', rest = ''] = FENCE.exec(line) ?? [];
  if (marks === '') return undefined;
  const mark = marks.charAt(0);
  return { mark, length: marks.length, opens: mark === '~' || !rest.includes('`'), closes: rest.trim() === '' };
}

/** Whether the line over an underline is a heading's title; not one that is a heading itself. */
function isTitle(text: string, start: number, end: number, lastEnd = 0): boolean {
  return start >= lastEnd && start !== -1 && !NO_TITLE.test(text.slice(start, Math.min(end, start + LOOKED_AT)));
}

/** The names of headings that were found in a text, made when they are asked for. */
class ScannedNames {
  readonly #text: string;
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];
  #equalBefore: readonly number[] | undefined;

  constructor(text: string, starts: readonly number[], ends: readonly number[]) {
    this.#text = text;
    this.#starts = starts;
    this.#ends = ends;
  }

  title(at: number): string {
    return this.#written(at)
      .replace(/!?\[([^\][]*)\]\([^()]*\)/g, '$1')
      .replace(/[`*]/g, '')
      .replace(/\s+/g, ' ')
      .trim();
  }

  anchor(at: number): string | undefined {
    const title = this.title(at);
    const slug = new GithubSlugger().slug(title);
    if (slug === '' || UNCERTAIN.test(title)) return undefined;
    this.#equalBefore ??= this.#count();
    const equal = this.#equalBefore[at] ?? 0;
    return `#${slug}${equal === 0 ? '' : `-${equal}`}`;
  }

  /** The title as it stands in the text. */
  #written(at: number): string {
    const start = this.#starts[at] ?? this.#text.length;
    const end = Math.min(this.#ends[at] ?? 0, start + MAX_TITLE);
    const [line = ''] = this.#text.slice(start, end).split('\n', 1);
    return line
      .trim()
      .replace(/^#{1,6}(?:[ \t]+|$)/, '')
      .replace(/(?:^|[ \t])#+$/, '')
      .trim()
      .toWellFormed();
  }

  /** For each heading, how many above it are written as it is: their anchors are numbered. */
  #count(): readonly number[] {
    const counts = new Map<string, number>();
    return this.#starts.map((_, at) => {
      const written = this.#written(at).toLowerCase();
      const count = counts.get(written) ?? 0;
      counts.set(written, count + 1);
      return count;
    });
  }
}
