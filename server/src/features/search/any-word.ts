/** Questions: of their words not all have to be there, but the more, the better. */
import { toExpression, type Expansions, type QueryNode } from '../../search-index/index.js';
import type { DocumentFilter } from '../documents/index.js';
import type { SearchScope } from './finding.candidates.js';
import { asAnyWord, expressionsOf, withFilters } from './finding.expressions.js';
import { FOUND_AT_MOST, rangeOf, rank, type Ranked } from './ranking.js';

/** The commonest words are left out while so many documents have one of the words. */
const MOST_DOCUMENTS = 50_000;

/** Ranks documents that have any of the words of a query, those with more of them higher. */
export async function rankAnyWord(
  scope: SearchScope,
  node: QueryNode,
  filter: DocumentFilter,
  expansions: Expansions,
): Promise<Ranked> {
  const any = asAnyWord(node);
  const [either, ...rest] = any.type === 'and' ? any.nodes : [any];
  if (either?.type !== 'or') return (await rankNode(scope, withFilters(any, filter), expansions)) ?? NOTHING;
  const nodes = await rarest(scope, either.nodes, expansions);
  const all = await rankNode(
    scope,
    withFilters({ type: 'and', nodes: [...either.nodes, ...rest] }, filter),
    expansions,
  );
  const some = await rankNode(
    scope,
    withFilters({ type: 'and', nodes: [{ type: 'or', nodes }, ...rest] }, filter),
    expansions,
  );
  if (!some) return all ?? NOTHING;
  const present = await countWords(scope, some.scores, nodes, expansions);
  for (const [sequence, score] of some.scores) {
    some.scores.set(sequence, (score * (present.get(sequence) ?? 1)) / either.nodes.length);
  }
  for (const [sequence, score] of all?.scores ?? []) some.scores.set(sequence, score);
  return some;
}

const NOTHING: Ranked = { scores: new Map(), total: 0, capped: false };

async function rankNode(
  scope: SearchScope,
  node: QueryNode | undefined,
  expansions: Expansions,
): Promise<Ranked | undefined> {
  const expressions = node && expressionsOf(node, expansions);
  return expressions && (await rank(scope, expressions));
}

/** Leaves out the commonest words while there are too many documents and another word is left. */
async function rarest(
  { queries, range, session }: SearchScope,
  nodes: readonly QueryNode[],
  expansions: Expansions,
): Promise<readonly QueryNode[]> {
  const counted: { node: QueryNode; count: number }[] = [];
  for (const node of nodes) {
    const expression = toExpression(node, expansions);
    if (expression === undefined) continue;
    const [row] = await session.run(queries.count, { ...range, expression, limit: MOST_DOCUMENTS });
    if (row && row.count > 0) counted.push({ node, count: row.count });
  }
  counted.sort((a, b) => a.count - b.count);
  let sum = 0;
  const kept = counted.filter(({ count }, index) => {
    sum += count;
    return index === 0 || sum < MOST_DOCUMENTS;
  });
  return kept.length > 0 ? kept.map(({ node }) => node) : nodes;
}

/** How many of the words each document has. */
async function countWords(
  { queries, session }: SearchScope,
  documents: ReadonlyMap<number, number>,
  nodes: readonly QueryNode[],
  expansions: Expansions,
): Promise<Map<number, number>> {
  const present = new Map<number, number>();
  if (documents.size === 0) return present;
  const range = rangeOf([...documents.keys()].sort((a, b) => a - b));
  for (const node of nodes) {
    const expression = toExpression(node, expansions);
    if (expression === undefined) continue;
    const limit = 2 * FOUND_AT_MOST;
    const [row] = await session.run(queries.newest, { ...range, expression, limit });
    for (const sequence of JSON.parse(row?.sequences ?? '[]') as number[]) {
      if (documents.has(sequence)) present.set(sequence, (present.get(sequence) ?? 0) + 1);
    }
  }
  return present;
}
