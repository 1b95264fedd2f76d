/** The documents that fulfil a search, without their order: found by the index, checked against their rows. */
import {
  indexQueries,
  indexTables,
  tenantNumber,
  whereAmong,
  type IndexQueries,
  type SequenceRange,
  type Session,
} from '../../db/index.js';
import { findSequences, isEmptyFilter, scopeOf, whereMatches, type DocumentFilter } from '../documents/index.js';
import { columnFilter } from './finding.expressions.js';

/** Candidates of the index that are checked in one step. */
const STEP = 4000;
/** So many candidates are looked at before other indexes are asked whether the filter leaves few documents. */
const LOOKED_BEFORE_ASKING = STEP;
/** Documents that are few: each is looked up in the index by itself. */
const FEW = 1000;
/** More candidates than this are not looked at: of a filter that lets few of very many pass, the newest are found. */
const LOOKED_AT_MOST = 25 * STEP;

/** Where a search looks: the index of a tenant, and what a document's row has to fulfil. */
export interface SearchScope {
  readonly session: Session;
  readonly tenant_id: string;
  readonly queries: IndexQueries;
  /** Documents outside of these cannot fulfil the filter. */
  readonly range: SequenceRange;
  /** What the index cannot answer; undefined when that is nothing. */
  readonly columns: DocumentFilter | undefined;
}

/** Some documents that match. */
export interface Candidates {
  readonly sequences: readonly number[];
  /** There are more. */
  readonly capped: boolean;
}

/** Where a search with this filter looks; undefined when no document can fulfil it. */
export async function searchScope(
  session: Session,
  tenant_id: string,
  filter: DocumentFilter,
): Promise<SearchScope | undefined> {
  const scope = await scopeOf(session, tenant_id, filter);
  if (!scope) return undefined;
  const queries = indexQueries(indexTables(tenantNumber(scope.first)));
  const columns = columnFilter(filter);
  const range = { from: scope.first, below: scope.last + 1 };
  return { session, tenant_id, queries, range, columns: isEmptyFilter(columns) ? undefined : columns };
}

/**
 * The first documents that match, by their sequences, in that order.
 *
 * @param range narrows the scope's
 */
export async function candidatesOf(
  scope: SearchScope,
  expression: string,
  limit: number,
  order: 'asc' | 'desc' = 'desc',
  range: SequenceRange = scope.range,
): Promise<Candidates> {
  const { columns } = scope;
  const statement = scope.queries[order === 'desc' ? 'newest' : 'oldest'];
  const step = columns ? STEP : limit + 1;
  const found: number[] = [];
  let { from, below } = range;
  for (let looked = 0; looked < LOOKED_AT_MOST; looked += step) {
    if (columns && looked === LOOKED_BEFORE_ASKING) {
      const few = await fewCandidates(scope, columns, expression, range);
      if (few) return cut(order === 'desc' ? few.reverse() : few, limit);
    }
    const rows = await scope.session.run(statement, { expression, from, below, limit: step });
    const sequences = JSON.parse(rows[0]?.sequences ?? '[]') as number[];
    for (const sequence of columns ? await fulfilling(scope, columns, sequences) : sequences) found.push(sequence);
    const last = sequences.at(-1);
    if (last === undefined || sequences.length < step || found.length > limit) return cut(found, limit);
    if (order === 'desc') below = last;
    else from = last + 1;
  }
  return { sequences: found, capped: true };
}

function cut(found: readonly number[], limit: number): Candidates {
  return { sequences: found.slice(0, limit), capped: found.length > limit };
}

/** Those of the sequences whose rows fulfil a filter, in their order. */
async function fulfilling(
  { session, tenant_id }: SearchScope,
  columns: DocumentFilter,
  sequences: readonly number[],
): Promise<readonly number[]> {
  const query = whereAmong(session.knex({ d: 'documents' }).select('d.sequence'), 'd.sequence', sequences);
  const rows = (await whereMatches(query, session.knex, tenant_id, columns, 'd')) as { sequence: number }[];
  const kept = new Set(rows.map(({ sequence }) => sequence));
  return sequences.filter((sequence) => kept.has(sequence));
}

/** Where the filter leaves few documents: those of them that match, the oldest first. */
async function fewCandidates(
  { queries, session, tenant_id }: SearchScope,
  columns: DocumentFilter,
  expression: string,
  { from, below }: SequenceRange,
): Promise<number[] | undefined> {
  const few = await findSequences(session, tenant_id, columns, FEW + 1, undefined);
  if (few.length > FEW) return undefined;
  const rows = await session.run(queries.among, { expression, sequences: JSON.stringify(few) });
  return rows
    .map(({ sequence }) => sequence)
    .filter((sequence) => sequence >= from && sequence < below)
    .sort((a, b) => a - b);
}
