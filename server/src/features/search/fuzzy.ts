/** Finding what was meant where it is not what was written: misspelt words, and parts of words. */
import type { Correction } from '../../kernel/contract.js';
import { toExpression, wordsOf, type Expansions, type QueryNode } from '../../search-index/index.js';
import { candidatesOf, type SearchScope } from './finding.candidates.js';
import { similarWords, wordsBeginningWith, type SimilarWord } from './fuzzy.candidates.js';
import { FOUND_AT_MOST, rangeOf } from './ranking.js';

/** Words of a query that get alternatives, and how many each. */
const MAX_WORDS = 8;
const MAX_ALTERNATIVES = 12;
/** Shorter words are like too many others; only what begins with one stands for it. */
const MIN_LETTERS = 3;
/** The documents of a word are counted up to this, to prefer those that are used. */
const COUNTED = 1000;
/** Words are as similar as this difference; then the more frequent one is preferred. */
const SIMILARITY_STEP = 0.1;
/** Documents whose words are as similar as this difference are ordered by their ranks. */
const EQUAL_SIMILARITY = 0.05;
/** What a match counts that no alternative accounts for, as of an identifier as a whole. */
const OTHER_SIMILARITY = 0.5;

/** For words of a query, the words of the documents that may be meant, the most likely first. */
export type Alternatives = ReadonlyMap<string, readonly SimilarWord[]>;

/**
 * Looks for words that may be meant. Each stands in a document that may be seen (of whatever other filter).
 *
 * @param which `missing`: only for words that no document has
 */
export async function alternativesOf(
  scope: SearchScope,
  node: QueryNode,
  which: 'missing' | 'all',
): Promise<Alternatives> {
  const alternatives = new Map<string, readonly SimilarWord[]>();
  for (const { word } of wordsOf(node)) {
    if (alternatives.size >= MAX_WORDS) break;
    if (which === 'missing' && (await countDocuments(scope, word)) > 0) continue;
    const found = await frequentFirst(scope, await lookAlike(scope, word));
    if (found.length > 0) alternatives.set(word, found);
  }
  return alternatives;
}

/** The same as a query's expressions take them. */
export function toExpansions(alternatives: Alternatives, beginnings: Expansions): Expansions {
  const expansions = new Map(beginnings);
  for (const [word, similar] of alternatives) {
    expansions.set(word, [...(expansions.get(word) ?? []), ...similar.map((one) => one.word)]);
  }
  return expansions;
}

/**
 * Scores documents by how similar their words are to those that were asked for, and equally similar ones by their ranks: a
 * word that is rarer is not meant for that.
 *
 * @returns the new scores, and the alternatives that are in these documents
 */
export async function weigh(
  scope: SearchScope,
  scores: ReadonlyMap<number, number>,
  alternatives: Alternatives,
): Promise<{ scores: Map<number, number>; corrections: Correction[] }> {
  const similarities = new Map([...scores.keys()].map((sequence) => [sequence, 1]));
  const corrections: Correction[] = [];
  for (const [asked, similar] of alternatives) {
    const best = new Map<number, number>();
    const found: SimilarWord[] = [];
    for (const one of [{ word: asked, similarity: 1 }, ...similar]) {
      const documents = await documentsWith(scope, one.word, scores);
      for (const sequence of documents) best.set(sequence, Math.max(one.similarity, best.get(sequence) ?? 0));
      if (documents.length > 0 && one.word !== asked) found.push(one);
    }
    for (const [sequence, similarity] of similarities) {
      similarities.set(sequence, similarity * (best.get(sequence) ?? OTHER_SIMILARITY));
    }
    if (found.length > 0) corrections.push({ word: asked, alternatives: found.map(({ word }) => word) });
  }
  const weighed = new Map(
    [...scores].map(([sequence, score]) => [sequence, weight(similarities.get(sequence), score)]),
  );
  return { scores: weighed, corrections };
}

function weight(similarity = 0, score: number): number {
  return Math.round(similarity / EQUAL_SIMILARITY) + score / (1 + score);
}

function lookAlike(scope: SearchScope, word: string): Promise<SimilarWord[]> {
  return word.length < MIN_LETTERS ? beginningWith(scope, word) : similarWords(scope, word);
}

async function beginningWith(scope: SearchScope, word: string): Promise<SimilarWord[]> {
  const words = await wordsBeginningWith(scope, word, MAX_ALTERNATIVES + 1);
  return words.filter((one) => one !== word).map((one) => ({ word: one, similarity: word.length / one.length }));
}

/** Without words that no document has any more. */
async function frequentFirst(scope: SearchScope, similar: readonly SimilarWord[]): Promise<SimilarWord[]> {
  const counted: { one: SimilarWord; step: number; count: number }[] = [];
  for (const one of similar) {
    const count = await countDocuments(scope, one.word);
    if (count > 0) counted.push({ one, step: Math.round(one.similarity / SIMILARITY_STEP), count });
  }
  counted.sort((a, b) => b.step - a.step || b.count - a.count);
  return counted.slice(0, MAX_ALTERNATIVES).map(({ one }) => one);
}

/** The documents that have a word, of those that may be seen: others must not tell what stands in them. */
async function countDocuments(scope: SearchScope, word: string): Promise<number> {
  const { columns, queries, range, session } = scope;
  const expression = expressionOf(word);
  if (expression === undefined) return 0;
  const labels = columns?.labels ?? [];
  if (labels.length > 0) {
    const visible = { ...scope, columns: { name: '', tags: [], labels } };
    return (await candidatesOf(visible, expression, COUNTED)).sequences.length;
  }
  const [row] = await session.run(queries.count, { ...range, expression, limit: COUNTED });
  return row?.count ?? 0;
}

/** Those of the documents that have a word. */
async function documentsWith(
  { queries, session }: SearchScope,
  word: string,
  documents: ReadonlyMap<number, unknown>,
): Promise<number[]> {
  const expression = expressionOf(word);
  if (expression === undefined || documents.size === 0) return [];
  const range = rangeOf([...documents.keys()].sort((a, b) => a - b));
  const [row] = await session.run(queries.newest, { ...range, expression, limit: 2 * FOUND_AT_MOST });
  return (JSON.parse(row?.sequences ?? '[]') as number[]).filter((sequence) => documents.has(sequence));
}

function expressionOf(word: string): string | undefined {
  return toExpression({ type: 'word', text: word, prefix: false });
}
