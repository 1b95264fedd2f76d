/** What documents are filtered by, and the conditions that come of it. */
import type { Knex } from 'knex';
import { whereContains } from '../../db/index.js';
import type { LabelGroups } from '../../kernel/rights.js';
import { foldName } from './documents.store.js';

/** All that is given must be fulfilled. Times are ISO 8601 in UTC with milliseconds; `after` includes its moment, `before` does not. */
export interface DocumentFilter {
  /** Literal part of the name, in any case; empty means no filter. */
  readonly name: string;
  /** All of them must be there. */
  readonly tags: readonly string[];
  /** At least one of them must be there; none given means no filter. */
  readonly any_tags?: readonly string[];
  /** None of them may be there. */
  readonly not_tags?: readonly string[];
  /** What the caller may see, and a collection that is asked for: of each group one label must be there. */
  readonly labels?: LabelGroups;
  /** A media type without parameters (`text/markdown`), or all of a kind (`text/*`). */
  readonly mime_type?: string;
  readonly min_size?: number;
  readonly max_size?: number;
  readonly uploaded_after?: string;
  readonly uploaded_before?: string;
  readonly updated_after?: string;
  readonly updated_before?: string;
}

/** The filter without some of its conditions, for whoever sees to these otherwise. */
export function without(
  filter: DocumentFilter,
  ...conditions: readonly Exclude<keyof DocumentFilter, 'name' | 'tags'>[]
): DocumentFilter {
  const others = Object.entries(filter).filter(([name]) => !conditions.some((condition) => condition === name));
  return Object.fromEntries(others) as unknown as DocumentFilter;
}

/** Values of a column from `from` up to but without `below`. */
export interface ColumnRange<Value = string | number> {
  readonly from?: Value | undefined;
  readonly below?: Value | undefined;
}

/** Columns of `documents` that a filter is a range of. */
export type RangeColumn = 'uploaded_at' | 'updated_at' | 'size_bytes' | 'mime_type';

/** The ranges that a filter asks for, by column; `mime_type` for all of a kind only. */
export function rangesOf(filter: DocumentFilter): Map<RangeColumn, ColumnRange> {
  const { max_size, min_size, updated_after, updated_before, uploaded_after, uploaded_before } = filter;
  const kind = kindOf(filter);
  const ranges: [RangeColumn, ColumnRange][] = [
    ['uploaded_at', { from: uploaded_after, below: uploaded_before }],
    ['updated_at', { from: updated_after, below: updated_before }],
    ['size_bytes', { from: min_size, below: max_size === undefined ? undefined : max_size + 1 }],
    // `0` comes right after the slash.
    ['mime_type', kind === undefined ? {} : { from: `${kind}/`, below: `${kind}0` }],
  ];
  return new Map(ranges.filter(([, { from, below }]) => from !== undefined || below !== undefined));
}

/** Of a filter by one media type, that type; undefined where there is none, or it is for all of a kind. */
export function mediaTypeOfFilter({ mime_type }: DocumentFilter): string | undefined {
  return mime_type === undefined || mime_type.endsWith('/*') ? undefined : mime_type.toLowerCase();
}

function kindOf({ mime_type }: DocumentFilter): string | undefined {
  return mime_type?.endsWith('/*') === true ? mime_type.slice(0, -2).toLowerCase() : undefined;
}

/** Whether every document fulfils the filter. */
export function isEmptyFilter(filter: DocumentFilter): boolean {
  const { tags, any_tags = [], labels = [], not_tags = [] } = filter;
  const isTagged = [tags, any_tags, labels, not_tags].some(({ length }) => length > 0);
  return !hasColumnConditions(filter) && !isTagged;
}

/** Whether no document can fulfil the filter, whatever documents there are. */
export function isImpossible(filter: DocumentFilter): boolean {
  const { tags, any_tags = [], labels = [], not_tags = [] } = filter;
  const unwanted = new Set(not_tags);
  return (
    labels.some((group) => group.length === 0) ||
    tags.some((tag) => unwanted.has(tag)) ||
    (any_tags.length > 0 && any_tags.every((tag) => unwanted.has(tag))) ||
    [...rangesOf(filter).values()].some(({ from, below }) => from !== undefined && below !== undefined && from >= below)
  );
}

/** Whether the filter says anything of the document's own row, beside its tags. */
export function hasColumnConditions(filter: DocumentFilter): boolean {
  return filter.name !== '' || filter.mime_type !== undefined || rangesOf(filter).size > 0;
}

/**
 * Adds the conditions of a filter on a row of `documents`, the tenant included.
 *
 * @param alias the row's
 */
export function whereMatches(
  query: Knex.QueryBuilder,
  db: Knex,
  tenant_id: string,
  filter: DocumentFilter,
  alias: string,
): Knex.QueryBuilder {
  void query.where(`${alias}.tenant_id`, tenant_id);
  void whereColumns(query, filter, alias);
  return whereTagged(query, db, tenant_id, filter, `${alias}.sequence`);
}

/** The conditions that the row itself answers. */
export function whereColumns(query: Knex.QueryBuilder, filter: DocumentFilter, alias: string): Knex.QueryBuilder {
  const { name } = filter;
  const media_type = mediaTypeOfFilter(filter);
  if (name !== '') void whereContains(query, `${alias}.name_folded`, foldName(name));
  if (media_type !== undefined) void query.where(`${alias}.mime_type`, media_type);
  for (const [column, range] of rangesOf(filter)) void whereBetween(query, `${alias}.${column}`, range);
  return query;
}

/**
 * The conditions on tags.
 *
 * @param sequence the column with the document's sequence
 */
export function whereTagged(
  query: Knex.QueryBuilder,
  db: Knex,
  tenant_id: string,
  { tags, any_tags = [], labels = [], not_tags = [] }: DocumentFilter,
  sequence: string,
): Knex.QueryBuilder {
  const having = (wanted: readonly string[]): Knex.QueryBuilder =>
    db({ t: 'document_tags' })
      .select(db.raw('1'))
      .where('t.tenant_id', tenant_id)
      .whereIn('t.tag', [...wanted])
      .where('t.sequence', db.ref(sequence));
  for (const tag of tags) void query.whereExists(having([tag]));
  if (any_tags.length > 0) void query.whereExists(having(any_tags));
  for (const group of labels) void query.whereExists(having(group));
  if (not_tags.length > 0) void query.whereNotExists(having(not_tags));
  return query;
}

/** `from <= column < below`, as far as they are given. */
export function whereBetween(
  query: Knex.QueryBuilder,
  column: string,
  { from, below }: ColumnRange,
): Knex.QueryBuilder {
  if (from !== undefined) void query.where(column, '>=', from);
  if (below !== undefined) void query.where(column, '<', below);
  return query;
}
