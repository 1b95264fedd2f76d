/**
 * Which documents are better: bm25 over the columns of the index, a match in a name counting most. A document whose name,
 * tags and headings have all the words gets the score of these on top.
 *
 * Ranking takes time for each document that matches, and for each that has one of the words. So of very many it looks at
 * the newest, and at the newest of those that match in their titles, which may be older; and words that very many
 * documents have do not rank.
 */
import type { SequenceRange } from '../../db/index.js';
import { candidatesOf, type SearchScope } from './finding.candidates.js';
import { allOf, inTitles, type Expressions } from './finding.expressions.js';

/** Matching documents that are found and counted. */
export const FOUND_AT_MOST = 10_000;
/** The newest of them are ranked, the others come behind. */
const RANKED_AT_MOST = 5000;
/** Documents that match in their titles and are ranked as such. */
const TITLED_AT_MOST = 2000;
/**
 * A word that so many documents have tells none from another, if the query has others; and one that still more have never
 * does. How many have it is guessed from how many of the newest do.
 */
const COMMON = 100_000;
const EVERYWHERE = 300_000;
const SAMPLE = 50_000;
/** What an expression that ranks may match beside the documents that are to be ranked: so many are passed by quickly. */
const PASSED_BY = 50_000;
/** Of a document that matches, before it is ranked. */
const LEAST_SCORE = 1e-6;

/** Documents with their scores, by sequence. */
export interface Ranked {
  readonly scores: Map<number, number>;
  /** How many match, up to {@link FOUND_AT_MOST}. */
  readonly total: number;
  /** There are more. */
  readonly capped: boolean;
}

/** Ranks what matches. Where nothing tells documents from each other, all have the score 0. */
export async function rank(scope: SearchScope, { matching, wanted }: Expressions): Promise<Ranked> {
  const { capped, sequences } = await candidatesOf(scope, matching, FOUND_AT_MOST);
  const scores = new Map(sequences.map((sequence) => [sequence, 0]));
  const found = { scores, total: sequences.length, capped };
  if (sequences.length === 0 || wanted.length === 0) return found;
  const rare = await rarer(scope, wanted);
  const telling = rare.length > 0 || capped ? rare : wanted;
  const all = allOf(wanted);
  const faster = telling.length > 0 ? [allOf(telling), all] : [];
  const scored = await scoresOf(scope, sequences.slice(0, RANKED_AT_MOST), [...faster, matching]);
  for (const [sequence, score] of scored) scores.set(sequence, score);
  const titled = `(${matching}) AND ${inTitles(all)}`;
  const range = capped ? scope.range : rangeOf(sequences);
  const inTitle = await candidatesOf(scope, titled, TITLED_AT_MOST, 'desc', range);
  for (const [sequence, score] of await scoresOf(scope, inTitle.sequences, [...faster.map(inTitles), titled])) {
    scores.set(sequence, score + (scores.get(sequence) ?? 0));
  }
  return found;
}

/** Those of the expressions that few enough documents match. */
async function rarer({ queries, range, session }: SearchScope, wanted: readonly string[]): Promise<string[]> {
  const { below } = range;
  const from = Math.max(range.from, below - SAMPLE);
  const times = (below - range.from) / (below - from);
  const guessed: { expression: string; count: number }[] = [];
  for (const expression of wanted) {
    const [row] = await session.run(queries.count, { from, below, expression, limit: SAMPLE });
    guessed.push({ expression, count: (row?.count ?? 0) * times });
  }
  guessed.sort((a, b) => a.count - b.count);
  return guessed
    .filter(({ count }, index) => count < (index === 0 ? EVERYWHERE : COMMON))
    .map(({ expression }) => expression);
}

/**
 * The scores of documents.
 *
 * @param expressions all match them and rank them alike, and may match others: the first, and fastest, if it does not match
 *   too many, and so on. The last alone does not rank: then all have the least score.
 */
async function scoresOf(
  scope: SearchScope,
  sequences: readonly number[],
  expressions: readonly string[],
): Promise<Map<number, number>> {
  const scores = new Map(sequences.map((sequence) => [sequence, LEAST_SCORE]));
  if (sequences.length === 0 || expressions.length < 2) return scores;
  const range = rangeOf(sequences);
  const expression = await fastest(scope, range, expressions);
  const { queries, session } = scope;
  const rows = await session.run(queries.ranked, { ...range, expression, sequences: JSON.stringify(sequences) });
  for (const { score, sequence } of rows) scores.set(sequence, score);
  return scores;
}

/** The first of the expressions that does not match too many documents; else the last. */
async function fastest(
  { queries, session }: SearchScope,
  range: SequenceRange,
  expressions: readonly string[],
): Promise<string> {
  const [last = ''] = expressions.slice(-1);
  for (const expression of expressions) {
    if (expression === last) break;
    const [row] = await session.run(queries.count, { ...range, expression, limit: PASSED_BY });
    if (row && row.count < PASSED_BY) return expression;
  }
  return last;
}

/** From the first to the last of sequences that are in order. */
export function rangeOf(sequences: readonly number[]): SequenceRange {
  const [one = 0, other = 0] = [sequences[0], sequences.at(-1)];
  return { from: Math.min(one, other), below: Math.max(one, other) + 1 };
}
