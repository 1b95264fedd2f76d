/** Patterns by how their last word is recognized. */
import type { Word } from './known-words.js';
import type { Pattern } from './query/patterns.js';

/** A way in which a pattern may be written. */
export interface LookedUp {
  /** Its place among the patterns. */
  readonly pattern: number;
  /** The terms before the last one. */
  readonly before: readonly string[];
  readonly last: string;
}

export class MatcherLookup {
  readonly byLastTerm = new Map<string, LookedUp[]>();
  /** Those whose last word is the beginning of one. */
  readonly beginnings: LookedUp[] = [];
  /** Words of the longest pattern. */
  readonly longest: number;
  readonly #wholes = new Map<string, number[]>();
  readonly #wholeBeginnings: { readonly beginning: string; readonly pattern: number }[] = [];
  /** The first units of all wholes: of most identifiers they say that they are none of them. */
  readonly #initials = new Set<number>();

  constructor(patterns: readonly Pattern[]) {
    this.longest = Math.max(1, ...patterns.map(({ terms }) => terms.length));
    for (const [pattern, { terms, prefix, compound }] of patterns.entries()) {
      const last = terms.at(-1);
      if (last === undefined) continue;
      this.#add({ pattern, before: terms.slice(0, -1), last }, prefix);
      // An identifier may be written as one word, and a word as an identifier.
      if (compound !== undefined) this.#add({ pattern, before: [], last: compound }, prefix);
      const whole = compound ?? (terms.length === 1 ? last : undefined);
      if (whole !== undefined) this.#addWhole(whole, pattern, prefix);
    }
  }

  /** The patterns that an identifier of several parts matches as one word. */
  patternsOfWhole({ term, text }: Word): number[] {
    const exact = this.#wholes.get(term) ?? [];
    const begun = this.#wholeBeginnings.filter(({ beginning }) => text.startsWith(beginning));
    return [...exact, ...begun.map(({ pattern }) => pattern)];
  }

  /** Whether an identifier that begins so may match as one word. */
  mayBeginWhole(text: string): boolean {
    return this.#initials.has(text.charCodeAt(0));
  }

  #add(one: LookedUp, prefix: boolean): void {
    if (prefix) this.beginnings.push(one);
    else append(this.byLastTerm, one.last, one);
  }

  #addWhole(whole: string, pattern: number, prefix: boolean): void {
    this.#initials.add(whole.charCodeAt(0));
    if (prefix) this.#wholeBeginnings.push({ beginning: whole, pattern });
    else append(this.#wholes, whole, pattern);
  }
}

function append<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key);
  if (list) list.push(one);
  else lists.set(key, [one]);
}
