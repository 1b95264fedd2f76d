import { MARKED_DOCUMENTS, TOPICS } from '../corpus.js';
import { randomNumbers } from '../random-numbers.js';
import type { StorableDocument } from '../store-writer.js';
import { INVENTED_NAMES, inventedName } from './invented-names.js';
import { realWords } from './real-text.js';

/** What the documents of a store look like: a few hundred bytes each, or 4 KB in sections. */
export type SearchCorpusShape = 'notes' | 'articles';

/** What `MARKED_DOCUMENTS` of every store have and no other: found by it, a page is the same in a small and a large store. */
export const MARKS = {
  name: 'Zeppelin',
  tags: ['retrospective', 'offsite'],
  word: 'thermocline',
  phrase: 'thermocline holds',
} as const;

/** On about a quarter of the documents. */
export const COMMON_NAME = 'report';
/** On 22 % and 14 % of the documents, and on 2 % both. */
export const COMMON_TAGS = [TOPICS[0], TOPICS[1]] as const;

const NOTE_BYTES = { least: 200, most: 450 };
const ARTICLE_BYTES = 4000;
const SECTION_BYTES = 700;
const PARAGRAPH_SENTENCES = 4;
const TAGS = 3;
const DISTINCT_TAGS = 5000;
const KINDS = ['Specification', 'Meeting notes', 'Design', 'Proposal', 'Guide', 'Checklist', 'Hand-off', 'Summary'];
const SEED = 20_240_101;

/**
 * The documents of a store, oldest first. A large store begins as a small one does, but for which documents are marked.
 * @param count how many, a multiple of `MARKED_DOCUMENTS`
 */
export function* searchCorpus(shape: SearchCorpusShape, count: number): Generator<StorableDocument> {
  const writer = new Writer(randomNumbers(SEED));
  const every = count / MARKED_DOCUMENTS;
  for (let index = 0; index < count; index += 1) yield writer.document(shape, index % every === 0);
}

/** Writes documents of runs of words that stand behind each other in real text, so that words are as frequent as there. */
class Writer {
  readonly #random: () => number;
  readonly #words = realWords();

  constructor(random: () => number) {
    this.#random = random;
  }

  document(shape: SearchCorpusShape, marked: boolean): StorableDocument {
    const kind = this.#random() < 0.25 || marked ? 'Report' : this.#pick(KINDS);
    const subject = this.#run(2, 4);
    const name = `${kind} on ${subject}${marked ? ` ${MARKS.name}` : ''} ${this.#name()}`;
    const text = shape === 'notes' ? this.#note(name, marked) : this.#article(name, marked);
    return {
      name,
      filename: `${kind.toLowerCase().replaceAll(' ', '-')}.md`,
      tags: this.#tags(marked),
      description: '',
      content: Buffer.from(text),
    };
  }

  #note(title: string, marked: boolean): string {
    const length = NOTE_BYTES.least + this.#random() * (NOTE_BYTES.most - NOTE_BYTES.least);
    return `# ${title}\n\n${this.#paragraphs(length - title.length, marked)}`;
  }

  #article(title: string, marked: boolean): string {
    let text = `# ${title}\n`;
    while (text.length < ARTICLE_BYTES) {
      const length = Math.min(SECTION_BYTES, ARTICLE_BYTES - text.length);
      text += `\n## ${capitalized(this.#run(2, 5))}\n\n${this.#paragraphs(length, marked && text.length < SECTION_BYTES)}`;
    }
    return text;
  }

  /** Sentences, each on a line, until there are so many characters; then who wrote them. */
  #paragraphs(length: number, marked: boolean): string {
    let text = marked ? `The ${MARKS.phrase}.\n` : '';
    for (let sentence = 1; text.length < length; sentence += 1) {
      text += `${capitalized(this.#run(5, 22))}.\n${sentence % PARAGRAPH_SENTENCES === 0 ? '\n' : ''}`;
    }
    return `${text}Noted by ${this.#name()}.\n`;
  }

  #run(least: number, most: number): string {
    const length = least + Math.floor(this.#random() * (most - least + 1));
    const start = Math.floor(this.#random() * (this.#words.length - length));
    return this.#words.slice(start, start + length).join(' ');
  }

  /** A few are everywhere, most are hardly anywhere: the chance of number `n` is as `1 / n`. */
  #name(): string {
    return inventedName(Math.floor(INVENTED_NAMES ** this.#random()) - 1);
  }

  /** Likewise: each of the three is number `n` with a chance of `0.11 / n`. */
  #tags(marked: boolean): string[] {
    const tags = new Set<string>(marked ? [...MARKS.tags, COMMON_TAGS[0]] : []);
    while (tags.size < TAGS) {
      const rank = Math.floor((DISTINCT_TAGS + 1) ** this.#random()) - 1;
      tags.add(TOPICS[rank] ?? `project-${inventedName(rank).toLowerCase()}`);
    }
    return [...tags];
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.#random() * values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
