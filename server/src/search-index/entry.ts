/** What the index has of a document: the terms of each of its columns, as text of terms with spaces between them. */
import { wordAt, type Word } from './known-words.js';
import type { Link } from './word-visitor.js';
import { visitWords } from './words.js';

/** The columns of the index that are made of text, in their order. */
export interface TextColumns {
  readonly headings: string;
  readonly body: string;
  /** Identifiers as one word: `parseConfig` and `parse-config` are `parseconfig`. */
  readonly compounds: string;
}

/** What is to be put into the index of a text, and the words that are new to whoever looks for similar ones. */
export interface IndexedText extends TextColumns {
  /** Distinct words, unstemmed, that a misspelt one may be meant for; a bounded number. */
  readonly words: readonly string[];
}

/** Words of one text that are offered for misspelt ones; a text with more is no prose. */
const MAX_WORDS = 5000;
const MAX_COMPOUND_LENGTH = 64;

/** The terms of a short text (a name, tags, a description) with its compounds among them. */
export function termsOf(text: string, words?: Set<string>): string {
  const columns = new ColumnsBuilder(words);
  visitWords(text, columns.visit);
  const { terms, compounds } = columns.finish();
  return compounds === '' ? terms : `${terms} ${compounds}`;
}

/**
 * The columns of a text.
 *
 * @param headings the titles that stand in it, one in a line
 */
export function indexText(text: string, headings: string): IndexedText {
  const words = new Set<string>();
  const columns = new ColumnsBuilder(words);
  visitWords(text, columns.visit);
  const { terms, compounds } = columns.finish();
  return { headings: termsOf(headings), body: terms, compounds, words: [...words] };
}

/** Gathers the terms of a text, its identifiers as wholes, and the words that can be misspelt. */
class ColumnsBuilder {
  readonly #terms: string[] = [];
  readonly #compounds = new Set<string>();
  readonly #words: Set<string> | undefined;
  #compound = '';
  #parts = 0;

  constructor(words: Set<string> | undefined) {
    this.#words = words;
  }

  readonly visit = (word: Word, _start: number, _end: number, link: Link): void => {
    this.#terms.push(word.term);
    if (link === 'part') {
      this.#parts += 1;
      if (this.#compound.length <= MAX_COMPOUND_LENGTH) this.#compound += word.text;
    } else {
      if (this.#parts > 1) this.#endCompound();
      this.#compound = word.text;
      this.#parts = 1;
    }
    this.#note(word);
  };

  finish(): { terms: string; compounds: string } {
    if (this.#parts > 1) this.#endCompound();
    return { terms: this.#terms.join(' '), compounds: [...this.#compounds].join(' ') };
  }

  #endCompound(): void {
    if (this.#compound.length > MAX_COMPOUND_LENGTH) return;
    const compound = wordAt(this.#compound, 0, this.#compound.length);
    this.#compounds.add(compound.term);
    this.#note(compound);
  }

  #note({ isSpellable, text }: Word): void {
    if (isSpellable && this.#words && this.#words.size < MAX_WORDS) this.#words.add(text);
  }
}
