import { termOf } from '@document-sync/server/dist/src/search-index/index.js';
import { realWords } from './real-text.js';
import { MARKS, searchCorpus } from './search-corpus.js';

/** Words to ask a generated store for, chosen by how many of its documents have them. */
export interface QueryWords {
  /** The two words of four letters and more that most documents have. */
  readonly common: readonly [string, string];
  /** Two words that stand behind each other in about one document in a hundred, neither of them in one in twenty. */
  readonly pair: readonly [string, string];
  /** A word of about one document in fifty, and the same with a letter missing, which is no word of any document. */
  readonly misspelt: { readonly meant: string; readonly typed: string };
}

const SAMPLE = 10_000;
const PAIR_SHARE = 0.01;
const PAIR_WORD_SHARE = 0.05;
const MISSPELT_SHARE = 0.02;
const WORDS = /[a-z]{4,}/g;
const PAIRS = /\b([a-z]{4,}) (?=([a-z]{4,})\b)/g;

let known: QueryWords | undefined;

/** Chooses from the first documents that every store of notes has; the same each time. */
export function queryWords(): QueryWords {
  known ??= chooseWords();
  return known;
}

function chooseWords(): QueryWords {
  const words = new Counts();
  const pairs = new Counts();
  for (const { content, tags } of searchCorpus('notes', SAMPLE)) {
    if (tags.includes(MARKS.tags[0])) continue;
    // Without the title and who wrote it, which every document has.
    const text = content.toString().toLowerCase().split('\n').slice(2, -2).join('\n');
    words.add([...text.matchAll(WORDS)].map(([word]) => word));
    pairs.add([...text.matchAll(PAIRS)].map(([, first = '', second = '']) => `${first} ${second}`));
  }
  const [first, second] = words.byFrequency();
  if (first === undefined || second === undefined) throw new Error('documents without words');
  const isTopical = (pair: string): boolean => pair.split(' ').every((word) => words.share(word) < PAIR_WORD_SHARE);
  const [pairFirst = '', pairSecond = ''] = pairs.nearest(PAIR_SHARE, isTopical).split(' ');
  // Whatever text the documents are made of: no form of the misspelt word may be in it.
  const everywhere = new Set(realWords().flatMap((word) => word.toLowerCase().match(/[a-z]+/g) ?? []));
  const terms = new Set([...everywhere].map(termOf));
  const isNowhere = (word: string): boolean => !terms.has(termOf(word));
  const meant = words.nearest(MISSPELT_SHARE, (word) => word.length >= 7 && isNowhere(withoutThird(word)));
  return {
    common: [first, second],
    pair: [pairFirst, pairSecond],
    misspelt: { meant, typed: withoutThird(meant) },
  };
}

/** The word that only marked documents have, with a letter that is wrong. */
export const MISSPELT_MARK = MARKS.word.replace('i', 'y');

function withoutThird(word: string): string {
  return word.slice(0, 2) + word.slice(3);
}

/** In how many documents of a sample something is. */
class Counts {
  readonly #counts = new Map<string, number>();

  add(found: readonly string[]): void {
    for (const one of new Set(found)) this.#counts.set(one, (this.#counts.get(one) ?? 0) + 1);
  }

  share(one: string): number {
    return (this.#counts.get(one) ?? 0) / SAMPLE;
  }

  byFrequency(): string[] {
    return [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([one]) => one);
  }

  /** What is in so large a share of the documents, as nearly as any. */
  nearest(share: number, suits: (one: string) => boolean = () => true): string {
    const wanted = share * SAMPLE;
    const [nearest] = [...this.#counts]
      .filter(([one]) => suits(one))
      .sort(([a, m], [b, n]) => Math.abs(m - wanted) - Math.abs(n - wanted) || (a < b ? -1 : 1));
    if (nearest === undefined) throw new Error('no word suits');
    return nearest[0];
  }
}
