/** The documents that match only if what was written is not what was meant, ranked below those that match exactly. */
import type { Correction } from '../../kernel/contract.js';
import type { Expansions, QueryNode } from '../../search-index/index.js';
import type { DocumentFilter } from '../documents/index.js';
import type { SearchScope } from './finding.candidates.js';
import { withoutPhrases } from './finding.expressions.js';
import { alternativesOf, toExpansions, weigh, type Alternatives } from './fuzzy.js';
import { namesWithParts } from './fuzzy.names.js';
import { FOUND_AT_MOST, type Ranked } from './ranking.js';

export interface FuzzyFound extends Ranked {
  readonly fuzzy: ReadonlySet<number>;
  readonly corrections: Correction[];
  /** The query that gave the documents, and those alternatives that did. */
  readonly node: QueryNode;
  readonly expansions: Expansions;
}

export interface ExactSearch {
  /** What it has found. */
  readonly exact: Ranked;
  /** What its words already stand for. */
  readonly expansions: Expansions;
  /** Searches again, for another query or with other alternatives. */
  readonly rankAll: (node: QueryNode, expansions: Expansions) => Promise<Ranked>;
}

/**
 * Looks for words like those of a query: where nothing matches first for the words that no document has, then for all of
 * them, and then for parts of names.
 *
 * @returns everything that was found, with what was found exactly; undefined when that is all
 */
export async function findFuzzy(
  scope: SearchScope,
  written: QueryNode,
  filter: DocumentFilter,
  { exact, expansions, rankAll }: ExactSearch,
): Promise<FuzzyFound | undefined> {
  // Of a phrase with a slip in it, the words are looked for.
  const node = withoutPhrases(written);
  for (const which of exact.total > 0 ? (['all'] as const) : (['missing', 'all'] as const)) {
    const alternatives = await alternativesOf(scope, node, which);
    if (alternatives.size === 0) continue;
    const ranked = await rankAll(node, toExpansions(alternatives, expansions));
    const alike = new Map([...ranked.scores].filter(([sequence]) => !exact.scores.has(sequence)));
    if (alike.size === 0) continue;
    const { corrections, scores } = await weigh(scope, alike, alternatives);
    const used = toExpansions(onlyUsed(alternatives, corrections), expansions);
    return { ...together(exact, { ...ranked, scores }), corrections, node, expansions: used };
  }
  const named = exact.total > 0 ? new Map<number, number>() : await namesWithParts(scope, node, filter);
  if (named.size === 0) return undefined;
  const ranked = { scores: named, total: named.size, capped: false };
  return { ...together(exact, ranked), corrections: [], node, expansions };
}

function onlyUsed(alternatives: Alternatives, corrections: readonly Correction[]): Alternatives {
  const used = new Map(corrections.map((correction) => [correction.word, new Set(correction.alternatives)]));
  return new Map(
    [...alternatives].map(([asked, similar]) => [asked, similar.filter(({ word }) => used.get(asked)?.has(word))]),
  );
}

/** What matches exactly scores more than 1, everything else less. */
function together(exact: Ranked, alike: Ranked): Omit<FuzzyFound, 'corrections' | 'expansions' | 'node'> {
  const scores = new Map<number, number>();
  const mixed = exact.scores.size > 0;
  for (const [sequence, score] of exact.scores) scores.set(sequence, 1 + score);
  for (const [sequence, score] of alike.scores) scores.set(sequence, mixed ? score / (1 + score) : score);
  return {
    scores,
    fuzzy: new Set(alike.scores.keys()),
    total: Math.min(FOUND_AT_MOST, scores.size),
    capped: exact.capped || alike.capped || scores.size > FOUND_AT_MOST,
  };
}
