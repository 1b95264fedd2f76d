/** Words of the documents that one which was asked for may stand for. */
import { termOf } from '../../search-index/index.js';
import type { SearchScope } from './finding.candidates.js';
import { forgivenSlips, wordSimilarity } from './fuzzy.similarity.js';

/** A word of the documents, and how much it looks like the one that was asked for. */
export interface SimilarWord {
  readonly word: string;
  readonly similarity: number;
}

/** Words that are compared, of each way to find them. */
const LIMIT = { beginning: 300, sameStart: 1000, parts: 100, whole: 100 };
/** Words with so many first letters in common are compared, if they are as long as that allows a slip. */
const SAME_START_LETTERS = 4;
/** Trigrams of a long word that are looked up. */
const MAX_TRIGRAMS = 12;
const MAX_ALTERNATIVES = 24;

/**
 * The words of the documents that look most like one, the most similar first, each of another stem. Some may be words of
 * documents that are gone.
 */
export async function similarWords(scope: SearchScope, asked: string): Promise<SimilarWord[]> {
  const compared = new Set<string>();
  const similar: SimilarWord[] = [];
  for (const find of [withOneSlip, withBeginning, withSameStart, withParts]) {
    for (const word of await find(scope, asked)) {
      if (compared.has(word)) continue;
      compared.add(word);
      const similarity = wordSimilarity(asked, word);
      if (similarity > 0 && word !== asked) similar.push({ word, similarity });
    }
  }
  similar.sort((a, b) => b.similarity - a.similarity || (a.word < b.word ? -1 : 1));
  return distinctStems(similar, asked).slice(0, MAX_ALTERNATIVES);
}

function distinctStems(words: readonly SimilarWord[], asked: string): SimilarWord[] {
  const stems = new Set([termOf(asked)]);
  return words.filter(({ word }) => {
    const stem = termOf(word);
    if (stems.has(stem)) return false;
    stems.add(stem);
    return true;
  });
}

/** The words that begin with a text, the first of them. */
export async function wordsBeginningWith(
  { queries, session }: SearchScope,
  beginning: string,
  limit: number,
): Promise<string[]> {
  // Behind every word that begins so, in the order of UTF-8.
  const rows = await session.run(queries.wordsBetween, { from: beginning, below: `${beginning}\u{10ffff}`, limit });
  return rows.map(({ word }) => word);
}

function withBeginning(scope: SearchScope, asked: string): Promise<string[]> {
  return wordsBeginningWith(scope, asked, LIMIT.beginning);
}

function withSameStart(scope: SearchScope, asked: string): Promise<string[]> {
  if (forgivenSlips(asked) < 2) return Promise.resolve([]);
  return wordsBeginningWith(scope, asked.slice(0, SAME_START_LETTERS), LIMIT.sameStart);
}

/** Short words with a slip have hardly three letters in a row that are right, so every word with one slip is tried. */
async function withOneSlip({ queries, session }: SearchScope, asked: string): Promise<string[]> {
  if (forgivenSlips(asked) === 0) return [];
  const rows = await session.run(queries.wordsAmong, { words: JSON.stringify(oneSlipAway(asked)) });
  return rows.map(({ word }) => word);
}

/** The alphabets in which words are tried. */
const ALPHABETS: readonly (readonly [script: RegExp, letters: string])[] = [
  [/^[a-z0-9]+$/, 'abcdefghijklmnopqrstuvwxyz'],
  [/\p{Script=Cyrillic}/u, 'абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ'],
  [/\p{Script=Greek}/u, 'αβγδεζηθικλμνξοπρστυφχψω'],
];

function oneSlipAway(asked: string): string[] {
  const letters = ALPHABETS.find(([script]) => script.test(asked))?.[1] ?? '';
  const words = new Set<string>();
  for (let at = 0; at <= asked.length; at += 1) {
    const [before, after] = [asked.slice(0, at), asked.slice(at)];
    words.add(before + after.slice(1));
    if (after.length > 1) words.add(`${before}${after.charAt(1)}${after.charAt(0)}${after.slice(2)}`);
    for (const letter of letters) {
      words.add(before + letter + after);
      if (after !== '') words.add(before + letter + after.slice(1));
    }
  }
  return [...words];
}

/** The words with most of the rarest trigrams in common, and those that have the whole in them. */
async function withParts({ queries, session }: SearchScope, asked: string): Promise<string[]> {
  const trigrams = trigramsOf(asked);
  if (trigrams.length === 0 || forgivenSlips(asked) === 0) return [];
  const quoted = trigrams.map((trigram) => `"${trigram}"`);
  const whole = { expression: quoted.join(' AND '), limit: LIMIT.whole };
  const some = { expression: quoted.slice(0, MAX_TRIGRAMS).join(' OR '), limit: LIMIT.parts };
  const rows = [
    ...(await session.run(queries.wordsWithParts, whole)),
    ...(await session.run(queries.wordsWithParts, some)),
  ];
  return rows.map(({ word }) => word);
}

/** Letters and digits only, so nothing in them has to be quoted. */
function trigramsOf(word: string): string[] {
  const characters = Array.from(word.replace(/[^\p{L}\p{N}]/gu, ''));
  const trigrams = new Set<string>();
  for (let at = 0; at + 3 <= characters.length; at += 1) trigrams.add(characters.slice(at, at + 3).join(''));
  return [...trigrams];
}
