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

/** Candidates looked at in one step: a few milliseconds of work. The first step is shorter, since mostly it is enough. */
const FIRST_STEP = 1000;
const LATER_STEP = 4000;
/** Beyond this many, an index is no longer counted: it is "common", and another one may drive. */
const COUNT_LIMIT = 1000;

interface Filter {
  tenant_id: string;
  firstSequence: number;
  folded: string;
  tags: readonly string[];
}

/** An index that proposes candidates. */
interface Driver {
  /** The query of the candidates from the sequence `from` up to but without `below`: a column `sequence`, in no order. */
  readonly candidates: (from: number, below: number) => Knex.QueryBuilder;
  /** The tags that a candidate is still to be checked for. */
  readonly otherTags: readonly string[];
}

/**
 * The newest documents below the sequence `below` that fulfil the filter, `limit` at the most.
 *
 * @param below where the page starts: sequences from here on are left out; undefined starts at the newest
 */
export function findPage(
  session: Session,
  tenant_id: string,
  filter: DocumentFilter,
  limit: number,
  below: number | undefined,
): Promise<DocumentRow[]> {
  return find(session, tenant_id, filter, limit, below, (matching) => readRows(session.knex, tenant_id, matching));
}

/** The same without the documents themselves: their sequences alone, of which many fit into memory. */
export function findSequences(
  session: Session,
  tenant_id: string,
  filter: DocumentFilter,
  limit: number,
  below: number | undefined,
): Promise<Sequenced[]> {
  return find(session, tenant_id, filter, limit, below, async (matching) => (await matching) as Sequenced[]);
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

interface Sequenced {
  readonly sequence: number;
}

/** Reads what is wanted of the documents whose sequences a query gives. */
type Read<Row> = (matching: Knex.QueryBuilder) => Promise<Row[]>;

async function find<Row>(
  session: Session,
  tenant_id: string,
  filter: DocumentFilter,
  limit: number,
  below: number | undefined,
  read: Read<Row>,
): Promise<Row[]> {
  const db = session.knex;
  const [range] = await session.run(sequenceRange, { tenant_id });
  if (!range) return [];
  const wanted: Filter = { tenant_id, firstSequence: range.first, folded: foldName(filter.name), tags: filter.tags };
  let start = Math.min(below ?? Infinity, range.last + 1);
  const driver = await chooseDriver(db, wanted, start);
  // Where the driver is the whole filter, its candidates are the page.
  if (wanted.folded === '' && driver.otherTags.length === 0) {
    return read(matchingSequences(db, wanted, driver, range.first, start, limit));
  }
  const found: Row[] = [];
  for (let step = Math.max(FIRST_STEP, limit); ; step = Math.max(LATER_STEP, limit)) {
    // The step's end is fixed before it is looked at: if documents go meanwhile, it does not reach further down.
    const lowest = await lowestOf(db, driver.candidates(range.first, start), step);
    const missing = limit - found.length;
    found.push(...(await read(matchingSequences(db, wanted, driver, lowest ?? range.first, start, missing))));
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

/** The index with the fewest candidates. */
async function chooseDriver(db: Knex, filter: Filter, below: number): Promise<Driver> {
  const drivers = possibleDrivers(db, filter);
  const [only] = drivers;
  if (drivers.length === 1 && only) return only;
  let best: Driver | undefined;
  let fewest = Infinity;
  for (const driver of drivers) {
    const counted = driver.candidates(filter.firstSequence, below).limit(Math.min(fewest, COUNT_LIMIT));
    const [row] = (await db.count({ count: '*' }).from(counted.as('counted'))) as [{ count: number }];
    if (row.count < fewest) {
      fewest = row.count;
      best = driver;
    }
    if (fewest === 0) break;
  }
  return best as Driver;
}

/** One for each tag, one for a part of the name that the index can look up, or else simply the newest. */
function possibleDrivers(db: Knex, { tenant_id, folded, tags }: Filter): Driver[] {
  const within = (query: Knex.QueryBuilder, from: number, below: number): Knex.QueryBuilder =>
    query.where('sequence', '>=', from).where('sequence', '<', below);
  const drivers: Driver[] = tags.map((tag) => ({
    candidates: (from, below) => within(db('document_tags').select('sequence').where({ tenant_id, tag }), from, below),
    otherTags: tags.filter((other) => other !== tag),
  }));
  // Last, so that of two common ones a tag drives: its candidates come in order, those of the name index are sorted out.
  if (Array.from(folded).length >= NAME_INDEX_MIN_CHARACTERS) {
    drivers.push({ candidates: (from, below) => nameCandidates(db, folded, from, below), otherTags: tags });
  }
  if (drivers.length > 0) return drivers;
  const newest = (): Knex.QueryBuilder => db('documents').select('sequence').where({ tenant_id });
  return [{ candidates: (from, below) => within(newest(), from, below), otherTags: [] }];
}

/** The candidates that pass every filter. They are picked by sequence alone first: rows are read for the page only. */
function matchingSequences(
  db: Knex,
  { tenant_id, folded }: Filter,
  { candidates, otherTags }: Driver,
  from: number,
  below: number,
  limit: number,
): Knex.QueryBuilder {
  const matching = db
    .select('c.sequence')
    .from(candidates(from, below).as('c'))
    .orderBy('c.sequence', 'desc')
    .limit(limit);
  if (folded !== '') {
    // A cross join keeps its order: each candidate looks up its name, and never the other way round.
    void matching.crossJoin(db.raw('?? as ??', ['documents', 'n'])).where({
      'n.tenant_id': tenant_id,
      'n.sequence': db.ref('c.sequence'),
    });
    void whereContains(matching, 'n.name_folded', folded);
  }
  for (const tag of otherTags) {
    void matching.whereExists(
      db({ t: 'document_tags' })
        .select(db.raw('1'))
        .where({ 't.tenant_id': tenant_id, 't.tag': tag, 't.sequence': db.ref('c.sequence') }),
    );
  }
  return matching;
}

async function readRows(db: Knex, tenant_id: string, matching: Knex.QueryBuilder): Promise<DocumentRow[]> {
  return (await selectDocuments(db, tenant_id)
    .whereIn('d.sequence', matching)
    .orderBy('d.sequence', 'desc')) as DocumentRow[];
}

/** The lowest sequence of the next `step` candidates; undefined when there are fewer, and the step so the last. */
async function lowestOf(db: Knex, candidates: Knex.QueryBuilder, step: number): Promise<number | undefined> {
  const next = candidates.orderBy('sequence', 'desc').limit(step);
  const [row] = (await db.min({ lowest: 'sequence' }).count({ count: '*' }).from(next.as('c'))) as [
    { lowest: number; count: number },
  ];
  return row.count < step ? undefined : row.lowest;
}
