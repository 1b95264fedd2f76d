import { randomNumbers } from './random-numbers.js';

/** Text that a load is made of, the same in every process. */

const WORDS = [
  ...[
    'the',
    'a',
    'of',
    'and',
    'to',
    'in',
    'is',
    'that',
    'for',
    'with',
    'when',
    'each',
    'before',
    'after',
    'not',
    'only',
  ],
  ...['server', 'client', 'queue', 'index', 'version', 'document', 'folder', 'request', 'answer', 'commit', 'writer'],
  ...['retries', 'measured', 'bounded', 'decided', 'durable', 'stored', 'merged', 'collected', 'refused', 'expected'],
  ...[
    'Größe',
    'café',
    'résumé',
    '–',
    '→',
    '120',
    '3.5 ms',
    '`fsync`',
    '**always**',
    '*rarely*',
    'section',
    'paragraph',
  ],
] as const;
const ASCII_WORDS = WORDS.filter((word) => /^[a-z]+$/.test(word));

const LINE_CHARACTERS = 78;

function words(among: readonly string[], random: () => number, atLeast: number): string {
  let text = '';
  while (text.length < atLeast) text += `${text === '' ? '' : ' '}${among[Math.floor(random() * among.length)] ?? ''}`;
  return text;
}

/** A paragraph of `plainParagraphs`: one line of 62 characters and an empty one, so that each stands where one can say. */
export const PARAGRAPH_BYTES = 64;

/**
 * One paragraph with a text of its own.
 * @param text at most 62 ASCII characters
 */
export function plainParagraph(text: string): Buffer {
  return Buffer.from(`${text.padEnd(PARAGRAPH_BYTES - 2, '.')}\n\n`, 'latin1');
}

/**
 * Paragraphs of ASCII words, each in `PARAGRAPH_BYTES`; only the first is shorter, since something stands before it.
 * @param before how many bytes, less than 62
 * @param size of what stands before and the paragraphs together, a multiple of `PARAGRAPH_BYTES`
 * @returns `size - before` bytes
 */
export function plainParagraphs(before: number, size: number): Buffer {
  const random = randomNumbers(size);
  const paragraphs: Buffer[] = [];
  for (let at = 0; at < size; at += PARAGRAPH_BYTES) {
    paragraphs.push(plainParagraph(words(ASCII_WORDS, random, PARAGRAPH_BYTES).slice(0, PARAGRAPH_BYTES - 2)));
  }
  return Buffer.concat(paragraphs).subarray(before);
}

/** A heading as whoever wrote the document knows it. */
export interface WrittenHeading {
  readonly level: number;
  readonly title: string;
  /** Counted from 1. */
  readonly start_line: number;
}

/** A Markdown document. */
export interface MarkdownDocument {
  /** Without what stands before. */
  readonly text: string;
  readonly headings: readonly WrittenHeading[];
}

const SECTIONS_OF_A_CHAPTER = 20;
const PARAGRAPHS_OF_A_SECTION = 20;

/**
 * A Markdown document in UTF-8: a title, chapters of 20 sections, and in each section some 10 KB of paragraphs, a list,
 * and code with a comment that looks like a heading.
 * @param before how many bytes stand before it, on the first line, which this ends
 * @param size of what stands before and the text together, in bytes
 */
export function markdownDocument(before: number, size: number): MarkdownDocument {
  const random = randomNumbers(size);
  const lines = [''];
  const headings: WrittenHeading[] = [];
  let left = size - before - 1;
  const write = (line: string): void => {
    lines.push(line);
    left -= Buffer.byteLength(line) + 1;
  };
  const writeHeading = (level: number, title: string): void => {
    write('');
    headings.push({ level, title, start_line: lines.length + 1 });
    write(`${'#'.repeat(level)} ${title}`);
    write('');
  };

  writeHeading(1, 'Field notes');
  for (let section = 0; left > 2 * PARAGRAPHS_OF_A_SECTION * 8 * LINE_CHARACTERS; section += 1) {
    const chapter = Math.floor(section / SECTIONS_OF_A_CHAPTER) + 1;
    if (section % SECTIONS_OF_A_CHAPTER === 0) writeHeading(2, `Chapter ${chapter}`);
    writeHeading(3, `${words(ASCII_WORDS, random, 20)} ${section + 1}`);
    for (let paragraph = 0; paragraph < PARAGRAPHS_OF_A_SECTION; paragraph += 1) {
      const length = 4 + Math.floor(random() * 5);
      for (let line = 0; line < length; line += 1) write(words(WORDS, random, LINE_CHARACTERS));
      write('');
    }
    for (let item = 0; item < 5; item += 1) write(`- ${words(WORDS, random, LINE_CHARACTERS / 2)}`);
    for (const line of ['', '```sh', '# no heading but a comment', 'doc push notes.md', '```']) write(line);
  }
  while (left > LINE_CHARACTERS) write(words(ASCII_WORDS, random, LINE_CHARACTERS / 2).slice(0, LINE_CHARACTERS - 1));
  if (left > 0) write('.'.repeat(left - 1));
  return { text: `${lines.join('\n')}\n`, headings };
}
