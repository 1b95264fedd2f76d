import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import { countLines, splitLines } from './lines.js';

/** A heading as it stands in a text. Lines are counted from 0. */
export interface SourceHeading {
  readonly level: number;
  /** Its text without marks, in one line. */
  readonly title: string;
  /** `#` and the slug that GitHub makes of it. */
  readonly anchor: string;
  readonly line: number;
  /** The line behind it: a heading with an underline, or with a text of several lines, takes more than one. */
  readonly body: number;
}

/** The headings of a text, as far as they are kept. */
export interface SourceHeadings {
  readonly headings: readonly SourceHeading[];
  /** Level and line of every heading, in order, of those too that are not kept. */
  readonly outline: readonly Pick<SourceHeading, 'level' | 'line'>[];
}

/** A text with more headings than this is no document; no more are named, so that an index stays small. */
export const MAX_HEADINGS = 50_000;

/** With more lines than this a text is data. The parser may need some microseconds and 500 bytes for a line. */
export const MAX_MARKDOWN_LINES = 500_000;

/** What is behind this column of a line is not looked at: patterns of the parser overflow on lines of megabytes. */
const MAX_COLUMNS = 65_536;

/** Longer titles are cut; a request cannot name them anyway. In UTF-16 units. */
const MAX_TITLE = 1_000;

/** With more brackets than this a title stays as it is written: the parser tries each as the beginning of a link. */
const MAX_BRACKETS = 20;

const CANDIDATE = /^ {0,3}(?:#{1,6}(?:[ \t\r\n]|$)|[=-]+[ \t]*\r?$)/m;

/** Whether a title has anything that Markdown reads as more than text. */
const MARKED = /[\\`*_[\]!<>&~\n]/;

const markdown = new MarkdownIt({ html: true });
// Where links lead does not matter for headings, and taking addresses apart takes time.
markdown.normalizeLink = (url) => url;

type Nesting = -1 | 0 | 1;
type Token = ReturnType<typeof markdown.parse>[number];
/** Where the parser keeps the link definitions that it found. */
type Environment = Record<string, unknown>;

/** The parser's state, which keeps the headings of the document's own level and no other token: there can be millions. */
class HeadingState extends MarkdownIt.StateBlock {
  readonly found: { level: number; line: number; body: number; content: string }[] = [];
  readonly #unused = new this.Token('', '', 0);
  #heading: { open: Token; content: Token } | undefined;

  override push(type: string, tag: string, nesting: Nesting): Token {
    if (nesting < 0) this.level--;
    const { level } = this;
    if (nesting > 0) this.level++;
    if (type === 'heading_open' && level === 0) {
      this.#heading = { open: new this.Token(type, tag, nesting), content: new this.Token('inline', '', 0) };
      return this.#heading.open;
    }
    const heading = this.#heading;
    if (heading === undefined) return this.#unused;
    if (type === 'inline') return heading.content;
    this.#heading = undefined;
    const [line = 0, body = 0] = heading.open.map ?? [];
    this.found.push({ level: Number(tag.slice(1)), line, body, content: heading.content.content });
    return this.#unused;
  }
}

/**
 * Finds the headings of a Markdown text: ATX and setext, of the document's own level. What looks like one in code, quotes,
 * lists, HTML or the front matter is none.
 *
 * @returns undefined when the text has too many lines to be parsed
 */
export function findHeadings(text: string): SourceHeadings | undefined {
  if (!CANDIDATE.test(text)) return { headings: [], outline: [] };
  if (countLines(text) > MAX_MARKDOWN_LINES) return undefined;
  const environment: Environment = {};
  const state = new HeadingState(asSource(text), markdown, environment, []);
  markdown.block.tokenize(state, 0, state.lineMax);
  const slugger = new GithubSlugger();
  const headings = state.found.slice(0, MAX_HEADINGS).map(({ level, line, body, content }) => {
    const plain = plainText(content, environment);
    return { level, line, body, title: cutTitle(plain), anchor: `#${slugger.slug(plain)}` };
  });
  return { headings, outline: state.found };
}

/**
 * Which heading ends the section of each: the next one of the same or a higher level.
 *
 * @returns indices of headings; the number of headings where a section reaches to the text's end
 */
export function sectionEnds(outline: SourceHeadings['outline']): Uint32Array {
  const ends = new Uint32Array(outline.length).fill(outline.length);
  const open: number[] = [];
  for (const [at, { level }] of outline.entries()) {
    for (let last = open.at(-1); last !== undefined && (outline[last]?.level ?? 0) >= level; last = open.at(-1)) {
      ends[last] = at;
      open.pop();
    }
    open.push(at);
  }
  return ends;
}

/** The text as the parser takes it: with LF, without front matter and very long lines, and with the same lines. */
function asSource(text: string): string {
  const source = withoutFrontMatter(text.includes('\r') ? text.replaceAll('\r\n', '\n') : text);
  let start = 0;
  let longest = 0;
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', start)) {
    longest = Math.max(longest, at - start);
    start = at + 1;
  }
  if (Math.max(longest, source.length - start) <= MAX_COLUMNS) return source;
  return splitLines(source)
    .map((line) => (line.length <= MAX_COLUMNS ? line : `${line.slice(0, MAX_COLUMNS)}\n`))
    .join('');
}

/** YAML between lines of three dashes at the top is about the document; its lines become empty. */
function withoutFrontMatter(text: string): string {
  const opening = /^---[ \t]*\n/.exec(text);
  if (opening === null) return text;
  const closing = /^(?:---|\.\.\.)[ \t]*$/gm;
  closing.lastIndex = opening[0].length;
  const match = closing.exec(text);
  if (match === null) return text;
  const end = match.index + match[0].length;
  return '\n'.repeat(countLines(text.slice(0, end)) - 1) + text.slice(end);
}

function plainText(content: string, environment: Environment): string {
  const start = content.slice(0, 2 * MAX_TITLE);
  if (!MARKED.test(start) || start.split('[').length > MAX_BRACKETS + 1) return start;
  return textOf(markdown.parseInline(start, environment)).trim();
}

function textOf(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, content, children }) => {
      if (type === 'text' || type === 'code_inline') return content;
      if (type === 'softbreak' || type === 'hardbreak') return ' ';
      return children === null ? '' : textOf(children);
    })
    .join('');
}

function cutTitle(plain: string): string {
  const title = plain.replace(/\s+/g, ' ').trim();
  const end = title.length > MAX_TITLE && !title.slice(0, MAX_TITLE).isWellFormed() ? MAX_TITLE - 1 : MAX_TITLE;
  return title.slice(0, end);
}
