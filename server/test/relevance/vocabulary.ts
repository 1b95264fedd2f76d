/** Which words and identifiers the READMEs have, and which only one of them has. */
import type { Readme } from './readmes.js';

const PLAIN_WORD = /^[a-z]{6,14}$/;
const IDENTIFIER =
  /(?<![\w$./@-])(?:--[a-z]{2,}(?:-[a-z]{2,})+|[a-z]{2,}(?:[A-Z][a-z]{2,})+|[a-z]{2,}(?:_[a-z]{2,})+|[A-Z]{2,}(?:_[A-Z]{2,})+)(?![\w$/-])/g;

/** Of a passage, in UTF-16 units. */
const BEGINNING_LENGTH = 24;

/** How often each thing is in one README, by its name. */
type Occurrences = Map<string, Map<string, number>>;

export class Vocabulary {
  readonly #words: Occurrences = new Map();
  readonly #identifiers: Occurrences = new Map();

  readonly #readmes: readonly Readme[];

  constructor(readmes: readonly Readme[]) {
    this.#readmes = readmes;
    for (const { name, text } of readmes) {
      for (const word of wordsOf(`${name} ${text}`)) note(this.#words, word, name);
      for (const [identifier] of text.matchAll(IDENTIFIER)) note(this.#identifiers, asOneWord(identifier), name);
      // `parseConfig` is in a text too that says "parse config" or `parse-config`.
      for (const compound of text.match(/[\w$-]+/g) ?? []) note(this.#identifiers, asOneWord(compound), name);
    }
  }

  has(word: string): boolean {
    return this.#words.has(word);
  }

  /** In how many READMEs a word is. */
  spread(word: string): number {
    return this.#words.get(word)?.size ?? 0;
  }

  /** Whether no other README has a passage that begins like this one: a licence, how to report a bug. */
  isOnlyIn(passage: string, { name }: Readme): boolean {
    const beginning = passage.slice(0, BEGINNING_LENGTH);
    return this.#readmes.every((other) => other.name === name || !other.text.includes(beginning));
  }

  /** Plain words that are in no other README, and more than once in this one. */
  wordsOnlyIn({ name, text }: Readme): string[] {
    return [...new Set(wordsOf(text))].filter((word) => {
      const occurrences = this.#words.get(word);
      return PLAIN_WORD.test(word) && occurrences?.size === 1 && (occurrences.get(name) ?? 0) > 1;
    });
  }

  /** Identifiers that are in no other README, in whatever way of writing. */
  identifiersOnlyIn({ text }: Readme): string[] {
    const identifiers = [...text.matchAll(IDENTIFIER)].map(([identifier]) => identifier);
    return [...new Set(identifiers)].filter((one) => this.#identifiers.get(asOneWord(one))?.size === 1);
  }

  /** The READMEs with a word that has these letters inside. */
  namesWithPart(part: string): Set<string> {
    const names = new Set<string>();
    for (const [word, occurrences] of this.#words) {
      if (word.includes(part)) for (const name of occurrences.keys()) names.add(name);
    }
    return names;
  }
}

/** Words in lower case, in their order. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function asOneWord(identifier: string): string {
  return identifier.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function note(occurrences: Occurrences, what: string, name: string): void {
  const counts = occurrences.get(what) ?? new Map<string, number>();
  counts.set(name, (counts.get(name) ?? 0) + 1);
  occurrences.set(what, counts);
}
