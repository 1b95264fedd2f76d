/**
 * Finding documents. Each query is driven by the index that narrows most (a tag, the name index, or simply the newest),
 * the other filters are checked on its candidates, and candidates are taken in bounded steps: a filter that almost
 * nothing passes costs many short steps with the event loop free in between, never one long one.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import { NAME_INDEX_MIN_CHARACTERS, nameCandidates, statement, whereContains, type Session } from '../../db/index.js';
import { selectDocuments, type DocumentRow } from './documents.sql.js';
import { foldName } from './documents.store.js';

export interface DocumentFilter {
  /** Literal part of the name, in any case; empty means no filter. */
  readonly name: string;
  /** All of them must be there. */
  readonly tags: readonly string[];
}

/** Candidates looked at in one step; a few milliseconds of work. The first step is small: mostly it is enough. */
const STEP_LIMIT = 4000;
const STEP_GROWTH = 4;
/** Beyond this many, an index is no longer counted: it is "common", and another one may drive. */
const COUNT_LIMIT = 1000;

interface Filter {
  tenant_id: string;
  firstSequence: number;
  folded: string;
  tags: readonly string[];
}

/** Makes the query of an index's candidates below a sequence: a column `sequence`, in no order. */
type Driver = (below: number) => Knex.QueryBuilder;

/**
 * The newest documents below the sequence `below` that fulfil the filter, `limit` at the most.
 *
 * @param below where the page starts: sequences from here on are left out; undefined starts at the newest
 */
export async function findPage(
  session: Session,
  tenant_id: string,
  filter: DocumentFilter,
  limit: number,
  below: number | undefined,
): Promise<DocumentRow[]> {
  const db = session.knex;
  const [range] = await session.run(sequenceRange, { tenant_id });
  if (!range) return [];
  const wanted: Filter = { tenant_id, firstSequence: range.first, folded: foldName(filter.name), tags: filter.tags };
  let start = Math.min(below ?? Infinity, range.last + 1);
  const { driver, exact } = await chooseDriver(db, wanted, start);
  const found: DocumentRow[] = [];
  for (let step = limit; ; step = Math.min(step * STEP_GROWTH, Math.max(STEP_LIMIT, limit))) {
    const candidates = driver(start).orderBy('sequence', 'desc').limit(step);
    // Where the driver is the whole filter, one step with exactly the page is all there is to do.
    if (exact) return matchingDocuments(db, wanted, candidates, limit);
    // The step's end is fixed before it is looked at: if documents go meanwhile, it does not reach further down.
    const lowest = await lowestOf(db, candidates, step);
    const between = lowest === undefined ? driver(start) : driver(start).where('sequence', '>=', lowest);
    found.push(...(await matchingDocuments(db, wanted, between, limit - found.length)));
    if (lowest === undefined || found.length >= limit) return found;
    start = lowest;
    await nextTurn();
  }
}

const sequenceRange = statement<{ tenant_id: string }, { first: number; last: number }>((knex, $) =>
  knex('tenants')
    .select({ first: 'first_sequence', last: 'last_sequence' })
    .where({ tenant_id: $('tenant_id') }),
);

/** The index with the fewest candidates; `exact` when its candidates need no further check. */
async function chooseDriver(db: Knex, filter: Filter, below: number): Promise<{ driver: Driver; exact: boolean }> {
  const { tenant_id, folded, tags } = filter;
  const indexedName = Array.from(folded).length >= NAME_INDEX_MIN_CHARACTERS;
  if (tags.length === 0 && !indexedName) {
    return { driver: newest(db, filter), exact: folded === '' };
  }
  const drivers: Driver[] = tags.map(
    (tag) => (start) => db('document_tags').select('sequence').where({ tenant_id, tag }).where('sequence', '<', start),
  );
  if (tags.length === 1 && folded === '') return { driver: drivers[0] as Driver, exact: true };
  // Last, so that of two common ones a tag drives: its candidates come in order, those of the name index are sorted out.
  if (indexedName) drivers.push((start) => nameCandidates(db, folded, filter.firstSequence, start));
  return { driver: await rarest(db, drivers, below), exact: false };
}

function newest(db: Knex, { tenant_id }: Filter): Driver {
  return (start) => db('documents').select('sequence').where({ tenant_id }).where('sequence', '<', start);
}

async function rarest(db: Knex, drivers: readonly Driver[], below: number): Promise<Driver> {
  let best = drivers[0] as Driver;
  if (drivers.length === 1) return best;
  let fewest = Infinity;
  for (const driver of drivers) {
    const counted = Math.min(fewest, COUNT_LIMIT);
    const [row] = (await db.count({ count: '*' }).from(driver(below).limit(counted).as('counted'))) as [
      { count: number },
    ];
    if (row.count < fewest) {
      fewest = row.count;
      best = driver;
    }
    if (fewest === 0) break;
  }
  return best;
}

/** The candidates that pass every filter. They are picked by sequence alone first: rows are read for the page only. */
async function matchingDocuments(
  db: Knex,
  { tenant_id, folded, tags }: Filter,
  candidates: Knex.QueryBuilder,
  limit: number,
): Promise<DocumentRow[]> {
  const matching = db.select('c.sequence').from(candidates.clone().as('c')).orderBy('c.sequence', 'desc').limit(limit);
  if (folded !== '') {
    void matching.join({ n: 'documents' }, (join) => {
      join.on('n.sequence', 'c.sequence').andOnVal('n.tenant_id', tenant_id);
    });
    void whereContains(matching, 'n.name_folded', folded);
  }
  for (const tag of tags) {
    void matching.whereExists(
      db({ t: 'document_tags' })
        .select(db.raw('1'))
        .where({ 't.tenant_id': tenant_id, 't.tag': tag, 't.sequence': db.ref('c.sequence') }),
    );
  }
  return (await selectDocuments(db, tenant_id)
    .whereIn('d.sequence', matching)
    .orderBy('d.sequence', 'desc')) as DocumentRow[];
}

/** The lowest sequence of a full step; undefined when the step was not full and so the last. */
async function lowestOf(db: Knex, candidates: Knex.QueryBuilder, step: number): Promise<number | undefined> {
  const [row] = (await db.min({ lowest: 'sequence' }).count({ count: '*' }).from(candidates.clone().as('c'))) as [
    { lowest: number; count: number },
  ];
  return row.count < step ? undefined : row.lowest;
}
