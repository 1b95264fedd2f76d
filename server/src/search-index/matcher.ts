/** Where the words of a query stand in a text. */
import { wordAt, type Word } from './known-words.js';
import { MatcherLookup, type LookedUp } from './matcher-lookup.js';
import type { Pattern } from './query/patterns.js';
import type { Link } from './word-visitor.js';
import { visitWords } from './words.js';

/** A place where a pattern stands, in UTF-16 units; `end` is behind it. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /** Which of the patterns, from 0. */
  readonly pattern: number;
}

export interface Matcher {
  /** The matches in a text, or a part of it, by their beginnings; of two that begin together, the longer first. */
  find(text: string, from?: number, to?: number): PatternMatch[];
}

/** Prepares to look for patterns, in one pass over the words of a text. */
export function createMatcher(patterns: readonly Pattern[]): Matcher {
  const lookup = new MatcherLookup(patterns);
  return { find: (text, from, to) => new Pass(lookup).run(text, from, to) };
}

/** Longer identifiers are not in the index as wholes. In UTF-16 units. */
const MAX_WHOLE_LENGTH = 64;

class Pass {
  readonly #lookup: MatcherLookup;
  readonly #found: PatternMatch[] = [];
  /** The last words, as many as the longest pattern has, each in the place of one that is too long ago. */
  readonly #terms: string[] = [];
  readonly #starts: number[] = [];
  #count = 0;
  /** The identifier that the last word belongs to. */
  #whole = '';
  #wholeStart = 0;
  #wholeEnd = 0;
  #parts = 0;

  constructor(lookup: MatcherLookup) {
    this.#lookup = lookup;
  }

  run(text: string, from?: number, to?: number): PatternMatch[] {
    visitWords(text, this.#visit, from, to);
    this.#endWhole();
    return this.#found.sort((a, b) => a.start - b.start || b.end - a.end || a.pattern - b.pattern);
  }

  readonly #visit = (word: Word, start: number, end: number, link: Link): void => {
    if (link === 'part') this.#addPart(word, end);
    else this.#beginWhole(word, start);
    const lookup = this.#lookup;
    if (lookup.longest > 1) {
      const place = this.#count % lookup.longest;
      this.#terms[place] = word.term;
      this.#starts[place] = start;
      this.#count += 1;
    }
    const ending = lookup.byLastTerm.get(word.term);
    if (ending) for (const one of ending) this.#check(one, start, end);
    for (const one of lookup.beginnings) {
      if (word.text.startsWith(one.last)) this.#check(one, start, end);
    }
  };

  /** Whether the words before the last are those of the pattern, too. */
  #check({ pattern, before }: LookedUp, start: number, end: number): void {
    const { longest } = this.#lookup;
    if (before.length >= Math.max(this.#count, 1)) return;
    let first = start;
    for (let back = 1; back <= before.length; back += 1) {
      const place = (this.#count - 1 - back) % longest;
      if (this.#terms[place] !== before[before.length - back]) return;
      first = this.#starts[place] ?? start;
    }
    this.#found.push({ start: first, end, pattern });
  }

  #beginWhole(word: Word, start: number): void {
    if (this.#parts > 1) this.#endWhole();
    this.#whole = word.text;
    this.#wholeStart = start;
    this.#parts = 1;
  }

  #addPart(word: Word, end: number): void {
    if (!this.#lookup.mayBeginWhole(this.#whole)) return;
    this.#parts += 1;
    this.#wholeEnd = end;
    if (this.#whole.length <= MAX_WHOLE_LENGTH) this.#whole += word.text;
  }

  #endWhole(): void {
    if (this.#parts < 2 || this.#whole.length > MAX_WHOLE_LENGTH) return;
    const span = { start: this.#wholeStart, end: this.#wholeEnd };
    for (const pattern of this.#lookup.patternsOfWhole(wordAt(this.#whole, 0, this.#whole.length))) {
      if (!this.#isKnown(span, pattern)) this.#found.push({ ...span, pattern });
    }
  }

  /** Whether the same place was found word by word; it can only be among the last. */
  #isKnown({ start, end }: { start: number; end: number }, pattern: number): boolean {
    for (let at = this.#found.length - 1; at >= 0; at -= 1) {
      const match = this.#found[at];
      if (!match || match.end < end) return false;
      if (match.pattern === pattern && match.start === start && match.end === end) return true;
    }
    return false;
  }
}
