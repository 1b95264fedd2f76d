/** What Markdown would read as a heading, a fence or an underline, at the beginning of a line of plain text. */
const MARK = /^(?:#{1,6}(?:\s|$)|`{3}|~{3}|(?:=+|-+)$)/;
/** Longer than what code has in it, where a page shows Markdown. */
const FENCE = '````';
/** Where a word may be broken: it is not a part of it. */
const SOFT_HYPHEN = '\u00ad';
/** Small texts are joined up to this length before they are kept. */
const PART_LENGTH = 65_536;

/** Text that is put together as lines of Markdown, no more of it than is wanted. Takes time for what it is given, and no more. */
export class MarkdownWriter {
  readonly #maxBytes: number;
  readonly #parts: string[] = [];
  #part = '';
  #bytes = 0;
  #truncated = false;
  /** Line ends that are to stand before the next text. */
  #breaks = 0;
  /** White space that stands in the line if more text follows in it. */
  #space = '';
  /** What is to stand before the next text: the mark of a heading that has no text yet. */
  #mark = '';
  #place: 'line start' | 'behind mark' | 'in line' = 'line start';

  /** @param maxBytes of UTF-8 */
  constructor(maxBytes: number) {
    // The last line's end is one of them.
    this.#maxBytes = Math.max(0, maxBytes - 1);
  }

  /** Nothing more fits. */
  get isFull(): boolean {
    return this.#truncated;
  }

  /** Text within a line; white space counts as one space. */
  text(text: string): void {
    const spaced = text.replaceAll(SOFT_HYPHEN, '').replace(/\s+/g, ' ');
    const words = spaced.trim();
    if (this.#place === 'in line' && spaced.startsWith(' ')) this.#space = ' ';
    if (words === '') return;
    this.#open();
    if (this.#place === 'in line') this.#push(this.#space);
    else if (this.#place === 'line start' && MARK.test(words)) this.#push('\\');
    this.#push(words);
    this.#place = 'in line';
    this.#space = spaced.endsWith(' ') ? ' ' : '';
  }

  /** Text whose lines stand as they are, but for white space at their end. */
  verbatim(text: string): void {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (index > 0) {
        // Empty lines before the first one go, as those behind the last one do.
        if (this.#mark === '') this.#breaks += 1;
        this.#space = '';
      }
      const shown = line.trimEnd();
      if (shown !== '') {
        const indent = this.#space;
        this.#open();
        this.#push(indent + shown);
        this.#place = 'in line';
        this.#space = '';
      }
      this.#space += line.slice(shown.length);
      if (this.#truncated) return;
    }
  }

  /** What follows begins a line. */
  line(): void {
    this.#breaks = Math.max(this.#breaks, 1);
  }

  /** What follows begins a paragraph. */
  paragraph(): void {
    this.#breaks = 2;
  }

  /** What follows begins the very next line, whatever was said before. */
  nextLine(): void {
    this.#breaks = 1;
  }

  /** What follows goes on in the line, behind a space, whatever was said before. */
  sameLine(): void {
    this.#breaks = 0;
    if (this.#place === 'in line') this.#space = ' ';
  }

  /** The next text is a heading, up to the next line. */
  heading(level: number): void {
    this.paragraph();
    this.#mark = `${'#'.repeat(level)} `;
  }

  /** The next text is an item of a list. */
  item(depth: number): void {
    this.line();
    this.#mark = `${'  '.repeat(depth)}- `;
  }

  /** What follows is code. */
  openCode(): void {
    this.paragraph();
    this.#mark = `${FENCE}\n`;
  }

  closeCode(): void {
    if (this.#mark === '') {
      this.#breaks = 1;
      this.#open();
      this.#push(FENCE);
      this.#place = 'in line';
    }
    this.#mark = '';
    this.paragraph();
  }

  finish(): { text: string; truncated: boolean } {
    const text = [...this.#parts, this.#part].join('').trimEnd();
    return { text: text === '' ? '' : `${text}\n`, truncated: this.#truncated };
  }

  /** Writes what stands before a text. */
  #open(): void {
    if (this.#breaks > 0) {
      if (this.#bytes > 0) this.#push('\n'.repeat(this.#breaks));
      this.#breaks = 0;
      this.#space = '';
      this.#place = 'line start';
    }
    if (this.#mark === '') return;
    this.#push(this.#mark);
    this.#mark = '';
    this.#space = '';
    this.#place = 'behind mark';
  }

  #push(text: string): void {
    if (this.#truncated) return;
    const bytes = Buffer.byteLength(text);
    if (this.#bytes + bytes > this.#maxBytes) {
      this.#truncated = true;
      const fitting = Buffer.from(text).subarray(0, this.#maxBytes - this.#bytes);
      this.#part += fitting.toString('utf8').replace(/\ufffd$/, '');
      return;
    }
    this.#bytes += bytes;
    this.#part += text;
    if (this.#part.length < PART_LENGTH) return;
    this.#parts.push(this.#part);
    this.#part = '';
  }
}
