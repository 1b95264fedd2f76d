import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { MarkdownWriter } from './markdown-writer.js';

/** What is not shown, and so is not read. */
const HIDDEN = new Set(
  'script style template noscript noframes noembed svg math iframe object canvas audio video datalist'.split(' '),
);
const PARAGRAPHS = new Set(
  (
    'p div section article header footer main nav aside blockquote ul ol dl table pre figure form fieldset address ' +
    'details summary hr body figcaption'
  ).split(' '),
);
const LINES = new Set(['br', 'tr', 'dt', 'dd', 'option', 'caption', 'legend']);
/** What stands apart from the words beside it, if only by its frame. */
const APART = new Set(['button', 'select', 'textarea']);
const HEADING = /^h([1-6])$/;
const TOP_HEADING = /<h1[\s>]/i;
/** Lists in lists are indented up to here. */
const MAX_INDENT = 5;
/** A text is looked at in pieces, so that no more of it is than is wanted. */
const PIECE = 65_536;

/**
 * The text of an HTML page as a reader sees it, as Markdown: headings are `#` lines, code is fenced. The title comes first,
 * as a heading where there is no `h1`. Takes time and memory for the text that is wanted, whatever the nesting.
 *
 * @param maxTextBytes how much of it is wanted
 */
export function readHtml(html: string, maxTextBytes: number): { text: string; truncated: boolean } {
  const reader = new PageReader(html, maxTextBytes);
  // The tokens alone: a parser keeps the open elements in a list, which takes the square of its length in time.
  const tokenizer = new Tokenizer({ recognizeSelfClosing: true }, reader);
  reader.onfull = () => {
    tokenizer.pause();
  };
  tokenizer.write(html);
  tokenizer.end();
  return reader.finish();
}

/** Is told of tags and text, by their places in the page. */
class PageReader implements TokenizerCallbacks {
  onfull: () => void = () => undefined;
  readonly #html: string;
  readonly #writer: MarkdownWriter;
  readonly #titleLevel: number | undefined;
  /** The title that is open, as far as it is read. */
  #title: string | undefined;
  #isTitled = false;
  #tag = '';
  #attribute = '';
  #alt = '';
  /** The hidden element that is open, and how many of its kind are in each other. */
  #hidden = { name: '', depth: 0 };
  #verbatim = 0;
  #lists = 0;
  #inHeading = false;
  #isCellEmpty = false;
  #isRowEmpty = false;

  constructor(html: string, maxTextBytes: number) {
    this.#html = html;
    this.#writer = new MarkdownWriter(maxTextBytes);
    this.#titleLevel = TOP_HEADING.test(html) ? undefined : 1;
  }

  finish(): { text: string; truncated: boolean } {
    return this.#writer.finish();
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase();
    this.#alt = '';
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#tag === 'img' ? this.#html.slice(start, end).toLowerCase() : '';
  }

  onattribdata(start: number, end: number): void {
    if (this.#attribute === 'alt') this.#alt += this.#html.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    if (this.#attribute === 'alt') this.#alt += String.fromCodePoint(codepoint);
  }

  onopentagend(): void {
    if (HIDDEN.has(this.#tag) && ['', this.#tag].includes(this.#hidden.name)) {
      this.#hidden = { name: this.#tag, depth: this.#hidden.depth + 1 };
    }
    if (this.#hidden.name === '') this.#open(this.#tag);
  }

  onselfclosingtag(): void {
    if (this.#hidden.name !== '' || HIDDEN.has(this.#tag)) return;
    this.#open(this.#tag);
    this.#close(this.#tag);
  }

  onclosetag(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    if (this.#hidden.name === '') this.#close(name);
    else if (this.#hidden.name === name) {
      const depth = this.#hidden.depth - 1;
      this.#hidden = { name: depth > 0 ? name : '', depth };
    }
  }

  ontext(start: number, end: number): void {
    for (let at = start; at < end && !this.#writer.isFull; at += PIECE) {
      this.#text(this.#html.slice(at, Math.min(end, at + PIECE)));
    }
  }

  ontextentity(codepoint: number): void {
    this.#text(String.fromCodePoint(codepoint));
  }

  /** Only XML has it; HTML takes it for a comment. */
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onattribend(): void {}
  onend(): void {}

  #text(text: string): void {
    if (this.#hidden.name !== '') return;
    if (this.#title !== undefined) this.#title += text;
    else this.#write(text);
  }

  #write(text: string): void {
    if (this.#verbatim > 0) this.#writer.verbatim(text);
    else this.#writer.text(text);
    if (this.#isCellEmpty && text.trim() !== '') this.#isCellEmpty = this.#isRowEmpty = false;
    if (this.#writer.isFull) this.onfull();
  }

  #open(name: string): void {
    const level = HEADING.exec(name)?.[1];
    if (name === 'title') this.#title = '';
    else if (level !== undefined) this.#heading(Number(level));
    else if (name === 'li') this.#writer.item(Math.min(Math.max(this.#lists - 1, 0), MAX_INDENT));
    else if (name === 'td' || name === 'th') this.#beginCell();
    else this.#break(name);
    if (name === 'ul' || name === 'ol') this.#lists += 1;
    if (name === 'pre' && (this.#verbatim += 1) === 1) this.#writer.openCode();
    if (name === 'tr' || name === 'table') this.#isRowEmpty = true;
    if (this.#alt !== '') this.#write(` ${this.#alt} `);
  }

  #close(name: string): void {
    if (name === 'title') this.#endTitle();
    else if (HEADING.test(name)) {
      this.#inHeading = false;
      this.#writer.paragraph();
    } else if (name === 'li') this.#writer.line();
    else this.#break(name);
    if (name === 'ul' || name === 'ol') this.#lists = Math.max(0, this.#lists - 1);
    if (name === 'pre' && this.#verbatim > 0 && (this.#verbatim -= 1) === 0) this.#writer.closeCode();
    if (name === 'table') this.#isCellEmpty = false;
    if (name === 'tr') this.#writer.nextLine();
  }

  #heading(level: number): void {
    this.#writer.heading(level);
    this.#inHeading = true;
  }

  #endTitle(): void {
    const title = this.#title?.trim();
    this.#title = undefined;
    if (!title || this.#isTitled) return;
    this.#isTitled = true;
    if (this.#titleLevel !== undefined) this.#writer.heading(this.#titleLevel);
    this.#write(title);
    this.#writer.paragraph();
  }

  /** The cells of a row stand in one line, also where they begin with a paragraph. */
  #beginCell(): void {
    if (!this.#isRowEmpty) this.#writer.sameLine();
    this.#isCellEmpty = true;
  }

  #break(name: string): void {
    if (this.#isCellEmpty && name !== 'tr' && name !== 'table') return;
    if (PARAGRAPHS.has(name)) {
      this.#inHeading = false;
      this.#writer.paragraph();
    } else if (APART.has(name)) this.#writer.text(' ');
    else if (!LINES.has(name)) return;
    else if (this.#inHeading) this.#writer.text(' ');
    else if (this.#verbatim > 0) this.#writer.verbatim('\n');
    else this.#writer.line();
  }
}
