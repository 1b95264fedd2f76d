/**
 * Finding documents. A query is driven by the index that narrows most (a tag, the name index, a range of sizes, or the
 * order itself), the other filters are checked on its candidates, and candidates are taken in bounded steps: a filter that
 * almost nothing passes costs many short steps with the event loop free in between, never one long one.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Session } from '../../db/index.js';
import { selectDocuments, type DocumentRow } from './documents.sql.js';
import { documentsBy, narrowingDrivers, scopeOf, type Driver, type Scope, type Stretch } from './query.drivers.js';
import {
  hasColumnConditions,
  isEmptyFilter,
  isImpossible,
  whereColumns,
  whereMatches,
  whereTagged,
  type DocumentFilter,
} from './query.filter.js';
import {
  comparePositions,
  NEWEST_FIRST,
  orderByColumn,
  sortColumn,
  whereBehind,
  type DocumentOrdering,
  type DocumentPosition,
  type SortColumn,
} from './query.ordering.js';

/** How much is done at once. */
export interface Steps {
  /** Candidates looked at in one step: a few milliseconds of work. The first is shorter, since mostly it is enough. */
  readonly first: number;
  readonly later: number;
  /** Beyond this many, the candidates of an index are not counted: it is "common", and another one may drive. */
  readonly counted: number;
}

const STEPS: Steps = { first: 1000, later: 4000, counted: 4000 };
/** A candidate is looked up by so many tags in the time that its other conditions take. */
const TAGS_PER_CHECK = 5;

/** What is looked for, in which order, and where the page starts. */
export interface DocumentQuery {
  readonly filter: DocumentFilter;
  readonly ordering: DocumentOrdering;
  /** Undefined starts with the first. */
  readonly after?: DocumentPosition | undefined;
}

/** A document that was found, and its place in the order when it was. */
export interface FoundDocument {
  readonly row: DocumentRow;
  readonly position: DocumentPosition;
}

/** The next documents that fulfil a filter, `limit` at the most. */
export async function findPage(
  session: Session,
  tenant_id: string,
  query: DocumentQuery,
  limit: number,
  steps = STEPS,
): Promise<FoundDocument[]> {
  const page: FoundDocument[] = [];
  for (let { after } = query; ;) {
    const missing = limit - page.length;
    const positions = await findPositions(session, tenant_id, { ...query, after }, missing, steps);
    const sequences = positions.map(({ sequence }) => sequence);
    const rows = await rowsAt(session.knex, tenant_id, query.filter, sequences);
    for (const position of positions) {
      const row = rows.get(position.sequence);
      if (row) page.push({ row, position });
    }
    // Some may have gone since they were found.
    if (page.length >= limit || positions.length < missing) return page;
    after = positions.at(-1);
  }
}

/**
 * The newest documents below a sequence that fulfil a filter, `limit` at the most, without the documents themselves: of
 * their sequences many fit into memory.
 */
export async function findSequences(
  session: Session,
  tenant_id: string,
  filter: DocumentFilter,
  limit: number,
  below: number | undefined,
): Promise<number[]> {
  const after = below === undefined ? undefined : { sequence: below };
  const found = await findPositions(session, tenant_id, { filter, ordering: NEWEST_FIRST, after }, limit, STEPS);
  return found.map(({ sequence }) => sequence);
}

/** The documents of these sequences that are (still) there, in the order of their sequences. */
export async function documentsAt(
  session: Session,
  tenant_id: string,
  sequences: readonly number[],
): Promise<DocumentRow[]> {
  return (await selectDocuments(session.knex, tenant_id)
    .whereIn('d.sequence', [...sequences])
    .orderBy('d.sequence')) as DocumentRow[];
}

/** Those of them that fulfil the filter, by their sequences. */
async function rowsAt(
  db: Knex,
  tenant_id: string,
  filter: DocumentFilter,
  sequences: readonly number[],
): Promise<Map<number, DocumentRow>> {
  if (sequences.length === 0) return new Map();
  const rows = selectDocuments(db, tenant_id).whereIn('d.sequence', [...sequences]);
  return new Map(
    ((await whereMatches(rows, db, tenant_id, filter, 'd')) as DocumentRow[]).map((row) => [row.sequence, row]),
  );
}

/** A search under way. */
interface Search {
  readonly db: Knex;
  readonly scope: Scope;
  readonly column: SortColumn;
  readonly order: 'asc' | 'desc';
  readonly after: DocumentPosition | undefined;
  readonly limit: number;
  /** How many candidates a step may look at, by how many the search has looked at already. */
  readonly stepAfter: (seen: number) => number;
}

async function findPositions(
  session: Session,
  tenant_id: string,
  { filter, ordering, after }: DocumentQuery,
  limit: number,
  steps: Steps,
): Promise<DocumentPosition[]> {
  if (isImpossible(filter)) return [];
  const scope = await scopeOf(session, tenant_id, filter);
  if (!scope) return [];
  const db = session.knex;
  const column = sortColumn(ordering.sort);
  const slowness = Math.max(1, ((filter.any_tags?.length ?? 0) + (filter.not_tags?.length ?? 0)) / TAGS_PER_CHECK);
  const stepAfter = (seen: number): number =>
    Math.max(limit, Math.ceil((seen === 0 ? steps.first : steps.later) / slowness));
  const search: Search = { db, scope, column, order: ordering.order, after, limit, stepAfter };
  const narrowing = await narrowingDrivers(db, scope, column, steps.counted);
  const inOrder = fewest([...narrowing, documentsBy(db, scope, column)].filter((driver) => driver.column === column));
  const best = fewest(narrowing);
  if (best?.count === 0 || !inOrder) return [];
  if (!best || inOrder.count <= best.count) return (await walk(search, inOrder, Infinity)) ?? [];
  // Which of the two is shorter hangs on how the filters fit together. Going in order may be over soon; when it has taken
  // as long as looking at all candidates does, these are looked at.
  if (best.count > stepAfter(0)) {
    const found = await walk(search, inOrder, best.count);
    if (found) return found;
  }
  return await collect(search, best);
}

/** The driver with the fewest candidates, of equals the first. */
function fewest(drivers: readonly Driver[]): Driver | undefined {
  let best: Driver | undefined;
  for (const driver of drivers) if (!best || driver.count < best.count) best = driver;
  return best;
}

/** Goes through candidates that lie in the order wanted, until there are enough. Undefined when the budget is spent. */
async function walk(search: Search, driver: Driver, budget: number): Promise<DocumentPosition[] | undefined> {
  const { limit, order, stepAfter } = search;
  const found: DocumentPosition[] = [];
  let { after } = search;
  for (let seen = 0; ;) {
    // Where the driver is the whole filter, its candidates are the page.
    const step = isEmptyFilter(driver.rest) ? Infinity : stepAfter(seen);
    // The step's end is fixed before it is looked at: if documents go meanwhile, it does not reach further.
    const upTo = await endOfStep(driver, { order, after }, step);
    found.push(...(await matching(search, driver, { order, after, upTo }, limit - found.length)));
    if (!upTo || found.length >= limit) return found;
    seen += step;
    if (seen >= budget) return undefined;
    after = upTo;
    await nextTurn();
  }
}

/** Goes through all candidates of a driver and keeps the first ones of the order wanted. */
async function collect(search: Search, driver: Driver): Promise<DocumentPosition[]> {
  const { limit, order, stepAfter } = search;
  let found: DocumentPosition[] = [];
  let after: DocumentPosition | undefined;
  for (let seen = 0; ;) {
    const step = stepAfter(seen + 1);
    const upTo = await endOfStep(driver, { order, after }, step);
    found.push(...(await matching(search, driver, { order, after, upTo }, limit)));
    if (after || upTo) found = found.sort(comparePositions(order)).slice(0, limit);
    if (!upTo) return found;
    seen += step;
    after = upTo;
    await nextTurn();
  }
}

/** Where a step of so many candidates ends; undefined when there are no more than that. */
async function endOfStep(driver: Driver, stretch: Stretch, step: number): Promise<DocumentPosition | undefined> {
  if (step === Infinity) return undefined;
  const candidates = driver
    .candidates(stretch)
    .limit(1)
    .offset(step - 1);
  const [end] = (await orderByColumn(candidates, driver.column, 'sequence', stretch.order)) as DocumentPosition[];
  return end;
}

/** The candidates of a stretch that pass every filter, the first ones of the order wanted. */
async function matching(
  { db, scope: { tenant_id }, column, order, after }: Search,
  driver: Driver,
  stretch: Stretch,
  limit: number,
): Promise<DocumentPosition[]> {
  const inOrder = driver.column === column;
  const query = db.select('c.sequence').from(driver.candidates(stretch).as('c')).limit(limit);
  if (hasColumnConditions(driver.rest) || !(inOrder || column === 'sequence')) {
    // A cross join keeps its order: each candidate looks up its document, and never the other way round.
    void query
      .crossJoin(db.raw('?? as ??', ['documents', 'n']))
      .where({ 'n.tenant_id': tenant_id, 'n.sequence': db.ref('c.sequence') });
    void whereColumns(query, driver.rest, 'n');
  }
  void whereTagged(query, db, tenant_id, driver.rest, 'c.sequence');
  const value = column === 'sequence' ? 'c.sequence' : inOrder ? 'c.value' : `n.${column}`;
  if (!inOrder && after) void whereBehind(query, [value, 'c.sequence'], order, after);
  if (column !== 'sequence') void query.select({ value });
  return (await orderByColumn(query, value, 'c.sequence', order)) as DocumentPosition[];
}
