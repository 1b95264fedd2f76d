/** Finding documents by what they say: from a request to the places of those that fit. */
import type { Session } from '../../db/index.js';
import type { Correction, TagCount } from '../../kernel/contract.js';
import {
  parseQuery,
  patternsOf,
  termOf,
  wordsOf,
  type Expansions,
  type Pattern,
  type QueryNode,
} from '../../search-index/index.js';
import { isEmptyFilter, without, type DocumentFilter } from '../documents/index.js';
import { rankAnyWord } from './any-word.js';
import { findFiltered } from './finding.filtered.js';
import { searchScope, type SearchScope } from './finding.candidates.js';
import { expressionsOf, wantedOf, withFilters } from './finding.expressions.js';
import { NO_HITS, type Hit, type HitPage } from './hits.js';
import { bestFirst, orderedByColumn, orderedByUpload, type PageCut } from './finding.ordering.js';
import { plainFilter } from './finding.plain.js';
import { suggestTags } from './finding.tags.js';
import { findFuzzy } from './fuzzy.finding.js';
import { wordsBeginningWith } from './fuzzy.candidates.js';
import { searchOrdering, type SearchPosition, type SearchSort } from './position.js';
import { rank, type Ranked } from './ranking.js';

export interface FindRequest {
  /** As it was typed. */
  readonly q: string;
  readonly filter: DocumentFilter;
  /** Whether misspelt words count too; undefined where nothing matches without. */
  readonly fuzzy?: boolean | undefined;
  readonly sort?: SearchSort | undefined;
  /** Without it, the sort's own. */
  readonly order?: 'asc' | 'desc' | undefined;
  readonly limit: number;
  readonly after?: SearchPosition | undefined;
  /** Whether any of the words will do, as in a question. */
  readonly anyWord?: boolean;
}

export interface Finding extends HitPage {
  readonly read_as: 'query' | 'words';
  readonly corrections: Correction[];
  readonly similar_tags: TagCount[];
  /** What is to be shown as a match. */
  readonly patterns: Pattern[];
}

/** What a page is cut of. */
interface Found extends Ranked {
  /** Those of the documents that do not match exactly. */
  readonly fuzzy: ReadonlySet<number>;
  readonly corrections: Correction[];
  /** What was found for which words. */
  readonly node: QueryNode;
  readonly expansions: Expansions;
}

/** Words that stand for a beginning (`conf*`), of each and of all. */
const BEGINNINGS = { each: 300, all: 600 };

/** Finds one page of documents. */
export async function findDocuments(session: Session, tenant_id: string, request: FindRequest): Promise<Finding> {
  const { after, limit } = request;
  const { node, read_as, uploaded_after, uploaded_before } = parseQuery(request.q);
  const filter = narrowed(request.filter, uploaded_after, uploaded_before);
  const similar_tags = await suggestTags(session, tenant_id, filter, node);
  const cut: PageCut = { ordering: searchOrdering(request.sort, request.order), limit, after };
  const facts = { read_as, similar_tags };
  const plain = node && wantedOf(node) ? undefined : plainFilter(node, filter);
  if (plain) {
    if (isEmptyFilter(without(plain, 'labels'))) return { ...NOTHING, ...facts };
    return { ...NOTHING, ...facts, ...(await findFiltered(session, tenant_id, plain, cut)) };
  }
  const scope = await searchScope(session, tenant_id, filter);
  if (!scope || !node) return { ...NOTHING, ...facts };
  const found = await findMatching(scope, node, filter, request);
  return {
    ...facts,
    patterns: patternsOf(found.node, found.expansions),
    ...(await cutPage(scope, filter, found, cut)),
  };
}

const NOTHING = { ...NO_HITS, corrections: [], patterns: [] };

/** A filter with the times that a query says itself. */
function narrowed(filter: DocumentFilter, after: string | undefined, before: string | undefined): DocumentFilter {
  const { uploaded_after = after, uploaded_before = before } = filter;
  return {
    ...filter,
    ...(uploaded_after !== undefined && {
      uploaded_after: after !== undefined && after > uploaded_after ? after : uploaded_after,
    }),
    ...(uploaded_before !== undefined && {
      uploaded_before: before !== undefined && before < uploaded_before ? before : uploaded_before,
    }),
  };
}

async function findMatching(
  scope: SearchScope,
  node: QueryNode,
  filter: DocumentFilter,
  { anyWord = false, fuzzy, sort = 'relevance' }: FindRequest,
): Promise<Found> {
  const expansions = await beginnings(scope, node);
  const rankAll = async (sought: QueryNode, using: Expansions): Promise<Ranked> => {
    if (anyWord) return await rankAnyWord(scope, sought, filter, using);
    const whole = withFilters(sought, filter);
    const expressions = whole && expressionsOf(whole, using);
    if (!expressions) return { scores: new Map(), total: 0, capped: false };
    return await rank(scope, sort === 'relevance' ? expressions : { ...expressions, wanted: [] });
  };
  const exact = { ...(await rankAll(node, expansions)), fuzzy: new Set<number>(), corrections: [], node, expansions };
  if (fuzzy === false || (fuzzy === undefined && exact.total > 0)) return exact;
  const alike = await findFuzzy(scope, node, filter, { exact, expansions, rankAll });
  return alike ?? exact;
}

/** The words that stand for each beginning. */
async function beginnings(scope: SearchScope, node: QueryNode): Promise<Expansions> {
  const expansions = new Map<string, string[]>();
  let left = BEGINNINGS.all;
  for (const { word, prefix } of wordsOf(node)) {
    if (!prefix || left <= 0) continue;
    const words = await wordsBeginningWith(scope, word, Math.min(left, BEGINNINGS.each));
    left -= words.length;
    // The stems of most begin so, too, and are found by that.
    const others = words.filter((one) => !termOf(one).startsWith(word));
    expansions.set(word, others);
  }
  return expansions;
}

async function cutPage(
  scope: SearchScope,
  filter: DocumentFilter,
  found: Found,
  cut: PageCut,
): Promise<HitPage & Pick<Finding, 'corrections'>> {
  const { capped: total_capped, corrections, fuzzy, scores, total } = found;
  const behind = await positionsBehind(scope, filter, found, cut);
  const hits = behind.slice(0, cut.limit).map(({ sequence, value }): Hit => {
    const score = cut.ordering.sort === 'relevance' ? Number(value) : 0;
    return { sequence, score, match: fuzzy.has(sequence) ? 'fuzzy' : 'exact' };
  });
  const next = behind.length > cut.limit ? behind[cut.limit - 1] : undefined;
  const match = fuzzy.size > 0 && fuzzy.size === scores.size ? 'fuzzy' : 'exact';
  return { hits, match, total, total_capped, corrections, ...(next && { next }) };
}

/** The places behind the page's start, one more than it holds if there is one. */
async function positionsBehind(
  scope: SearchScope,
  filter: DocumentFilter,
  { expansions, fuzzy, node, scores }: Found,
  cut: PageCut,
): Promise<SearchPosition[]> {
  if (cut.ordering.sort === 'relevance') return bestFirst(scores, cut);
  const whole = withFilters(node, filter);
  const expression = whole && expressionsOf(whole, expansions)?.matching;
  // In this order the index itself goes through all that match, however many they are.
  if (cut.ordering.sort === 'uploaded_at' && fuzzy.size === 0 && expression !== undefined) {
    return await orderedByUpload(scope, expression, cut);
  }
  return await orderedByColumn(scope, [...scores.keys()], cut);
}
