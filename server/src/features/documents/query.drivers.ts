/** The indexes that can propose candidates for a filter, and how many each proposes. */
import type { Knex } from 'knex';
import { NAME_INDEX_MIN_CHARACTERS, nameCandidates, statement, type Session } from '../../db/index.js';
import { foldName } from './documents.store.js';
import {
  mediaTypeOfFilter,
  rangesOf,
  whereBetween,
  without,
  type ColumnRange,
  type DocumentFilter,
} from './query.filter.js';
import { whereBehind, type DocumentPosition, type SortColumn } from './query.ordering.js';

/** Candidates between two places of a driver's own order: after one, up to and with the other. */
export interface Stretch {
  readonly order: 'asc' | 'desc';
  readonly after?: DocumentPosition | undefined;
  readonly upTo?: DocumentPosition | undefined;
}

/** An index that proposes candidates. */
export interface Driver {
  /** What its candidates come ordered by; ties by sequence. */
  readonly column: SortColumn | 'mime_type';
  /** How many there are at most; Infinity where nobody knows. */
  readonly count: number;
  /** What they are still to be checked for. */
  readonly rest: DocumentFilter;
  /** The query of the candidates in a stretch: columns `sequence` and, unless that orders alone, `value`; in no order. */
  readonly candidates: (stretch: Stretch) => Knex.QueryBuilder;
}

/** What of the documents a search looks at. */
export interface Scope {
  readonly tenant_id: string;
  readonly filter: DocumentFilter;
  /** Sequences outside of these cannot fulfil the filter. */
  readonly first: number;
  readonly last: number;
}

const tenantRange = statement<{ tenant_id: string }, { first: number; last: number }>((knex, $) =>
  knex('tenants')
    .select({ first: 'first_sequence', last: 'last_sequence' })
    .where({ tenant_id: $('tenant_id') }),
);

/** Hours are compared as the beginnings of times: `2026-11-23T10`. */
const uploadedBetween = statement<
  { tenant_id: string; from: string; to: string },
  { first: number | null; last: number | null }
>((knex, $) =>
  knex('upload_hours')
    .min({ first: 'first_sequence' })
    .max({ last: 'last_sequence' })
    .where({ tenant_id: $('tenant_id') })
    .where('hour', '>=', $('from'))
    .where('hour', '<=', $('to')),
);

const HOUR_LENGTH = '2026-11-23T10'.length;

/** The scope of a filter; undefined where there is nothing in it. */
export async function scopeOf(session: Session, tenant_id: string, filter: DocumentFilter): Promise<Scope | undefined> {
  const [tenant] = await session.run(tenantRange, { tenant_id });
  if (!tenant) return undefined;
  const { uploaded_after: from = '', uploaded_before: to = '~' } = filter;
  if (from === '' && to === '~') return { tenant_id, filter, ...tenant };
  const hours = { from: from.slice(0, HOUR_LENGTH), to: to.slice(0, HOUR_LENGTH) };
  const [uploaded] = await session.run(uploadedBetween, { tenant_id, ...hours });
  const { first, last } = uploaded ?? { first: null, last: null };
  return first === null || last === null ? undefined : { tenant_id, filter, first, last };
}

/** The documents in the order of a column: what there is to go through where no index narrows. */
export function documentsBy(db: Knex, scope: Scope, column: SortColumn): Driver {
  const { filter } = scope;
  const ranges = rangesOf(filter);
  switch (column) {
    case 'sequence':
      return bySequence(scope, filter, (from, below) => within(documents(db, scope), from, below));
    case 'updated_at':
      return byColumn(
        db,
        scope,
        'updated_at',
        ranges.get('updated_at'),
        without(filter, 'updated_after', 'updated_before'),
      );
    case 'size_bytes':
      return byColumn(db, scope, 'size_bytes', ranges.get('size_bytes'), without(filter, 'min_size', 'max_size'));
    case 'name_sorted':
      return byColumn(db, scope, 'name_sorted', undefined, filter);
  }
}

/**
 * The indexes that narrow, each with its count up to a limit. Those of tags come first: of two common ones the first
 * drives, and these have their candidates at hand in order.
 *
 * @param column what the documents are wanted in the order of
 */
export async function narrowingDrivers(
  db: Knex,
  scope: Scope,
  column: SortColumn,
  countLimit: number,
): Promise<Driver[]> {
  const tags = await tagDrivers(db, scope, countLimit);
  const fewest = Math.min(countLimit, ...tags.map(({ count }) => count));
  if (fewest === 0) return tags;
  const others = otherDrivers(db, scope);
  // What is the only one and in order needs no count: it proposes no more than there are.
  if (tags.length === 0 && others.length === 1 && others[0]?.column === column) return others;
  return [...tags, ...(await counted(db, others, fewest))];
}

async function counted(db: Knex, drivers: readonly Driver[], limit: number): Promise<Driver[]> {
  const known: Driver[] = [];
  let fewest = limit;
  for (const driver of drivers) {
    const some = driver.candidates({ order: 'desc' }).limit(fewest);
    const [row] = (await db.count({ count: '*' }).from(some.as('c'))) as [{ count: number }];
    const count = row.count < fewest ? row.count : Infinity;
    fewest = Math.min(fewest, count);
    known.push({ ...driver, count });
    if (fewest === 0) break;
  }
  return known;
}

/** One for each tag that must be there, and one for each group of those of which one must, if they are few. */
async function tagDrivers(db: Knex, scope: Scope, countLimit: number): Promise<Driver[]> {
  const { filter, tenant_id } = scope;
  const { any_tags = [], labels = [], tags } = filter;
  const asked = [...tags, ...any_tags, ...labels.flat()];
  if (asked.length === 0) return [];
  const rows = (await db('tag_counts').select('tag', 'document_count').where({ tenant_id }).whereIn('tag', asked)) as {
    tag: string;
    document_count: number;
  }[];
  const counts = new Map(rows.map(({ tag, document_count }) => [tag, document_count]));
  const drivers = tags.map((tag): Driver => {
    const rest = { ...filter, tags: tags.filter((other) => other !== tag) };
    return { ...bySequence(scope, rest, labelled(db, tenant_id, [tag])), count: counts.get(tag) ?? 0 };
  });
  const groups: { group: readonly string[]; rest: DocumentFilter }[] = [
    ...(any_tags.length > 0 ? [{ group: any_tags, rest: without(filter, 'any_tags') }] : []),
    ...labels.map((group) => ({ group, rest: { ...filter, labels: labels.filter((other) => other !== group) } })),
  ];
  for (const { group, rest } of groups) {
    const count = group.reduce((sum, label) => sum + (counts.get(label) ?? 0), 0);
    // Several have to be brought together first, all of them.
    if (count > countLimit && group.length > 1) continue;
    drivers.push({ ...bySequence(scope, rest, labelled(db, tenant_id, group)), count });
  }
  return drivers;
}

/** The documents that have one of some labels. */
function labelled(db: Knex, tenant_id: string, group: readonly string[]): Between {
  const [first] = group;
  const tagged = (): Knex.QueryBuilder => db('document_tags').where({ tenant_id });
  if (group.length === 1 && first !== undefined) {
    return (from, below) => within(tagged().select('sequence').where({ tag: first }), from, below);
  }
  return (from, below) =>
    within(
      tagged()
        .distinct('sequence')
        .whereIn('tag', [...group]),
      from,
      below,
    );
}

/** One for each other condition that an index knows. */
function otherDrivers(db: Knex, scope: Scope): Driver[] {
  const { filter } = scope;
  const drivers: Driver[] = [];
  const folded = foldName(filter.name);
  if (Array.from(folded).length >= NAME_INDEX_MIN_CHARACTERS) {
    // The index finds names that have all the parts; whether together must be looked at.
    drivers.push(bySequence(scope, filter, (from, below) => nameCandidates(db, folded, from, below)));
  }
  const anyType = without(filter, 'mime_type');
  const media_type = mediaTypeOfFilter(filter);
  if (media_type !== undefined) {
    const ofType = (): Knex.QueryBuilder => documents(db, scope).where({ mime_type: media_type });
    drivers.push(bySequence(scope, anyType, (from, below) => within(ofType(), from, below)));
  }
  for (const [column, range] of rangesOf(filter)) {
    if (column === 'uploaded_at') drivers.push(documentsBy(db, scope, 'sequence'));
    else if (column === 'mime_type') drivers.push(byColumn(db, scope, column, range, anyType));
    else drivers.push(documentsBy(db, scope, column));
  }
  return drivers;
}

function documents(db: Knex, { tenant_id }: Scope): Knex.QueryBuilder {
  return db('documents').select('sequence').where({ tenant_id });
}

/** Candidates from the sequence `from` up to but without `below`. */
type Between = (from: number, below: number) => Knex.QueryBuilder;

function within(query: Knex.QueryBuilder, from: number, below: number): Knex.QueryBuilder {
  return query.where('sequence', '>=', from).where('sequence', '<', below);
}

/** A driver whose candidates lie in the order of their sequences. */
function bySequence({ first, last }: Scope, rest: DocumentFilter, between: Between): Driver {
  return {
    column: 'sequence',
    count: Infinity,
    rest,
    candidates: ({ order, after, upTo }) =>
      order === 'asc'
        ? between(Math.max(first, (after?.sequence ?? 0) + 1), Math.min(last, upTo?.sequence ?? last) + 1)
        : between(Math.max(first, upTo?.sequence ?? 0), Math.min(last + 1, after?.sequence ?? Infinity)),
  };
}

/** A driver whose candidates lie in the order of a column, of which a range is wanted. */
function byColumn(
  db: Knex,
  scope: Scope,
  column: SortColumn | 'mime_type',
  range: ColumnRange = {},
  rest: DocumentFilter,
): Driver {
  return {
    column,
    count: Infinity,
    rest,
    candidates: ({ order, after, upTo }) => {
      const query = documents(db, scope).select({ value: column });
      void whereBetween(query, column, range);
      if (after) void whereBehind(query, [column, 'sequence'], order, after);
      if (upTo) void whereBehind(query, [column, 'sequence'], order, upTo, true);
      return query;
    },
  };
}
