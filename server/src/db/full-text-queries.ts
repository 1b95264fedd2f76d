/** What the full-text index of a tenant is asked: SQLite's side of it. Expressions are made by the search index room. */
import type { Knex } from 'knex';
import type { IndexTables } from './full-text.js';
import { statement, type Statement } from './session.js';

/**
 * What a match in each column counts, in the order of the index's columns: name, tags, description, headings, body,
 * compounds, filters.
 */
const COLUMN_WEIGHTS = [8, 4, 3, 4, 1, 1, 0];

/** A part of the documents, by their sequences: `from` up to but without `below`. */
export interface SequenceRange {
  readonly from: number;
  readonly below: number;
}

/** A document that matches, and how well: the higher the better. */
export interface RankedRow {
  readonly sequence: number;
  readonly score: number;
}

type Matching = SequenceRange & { readonly expression: string };
/** Numbers or words as a JSON array: of many, one value is read faster than many rows. */
type JsonArray = string;

/** The questions to an index. Each is answered by the database alone and in bounded time, if `limit` is. */
export interface IndexQueries {
  /** The newest documents that match, the newest first. */
  readonly newest: Statement<Matching & { limit: number }, { sequences: JsonArray }>;
  /** The oldest ones, the oldest first. */
  readonly oldest: Statement<Matching & { limit: number }, { sequences: JsonArray }>;
  /** How many documents match, counted up to the limit. */
  readonly count: Statement<Matching & { limit: number }, { count: number }>;
  /** Those of some documents that match, with their scores (bm25), in no order. */
  readonly ranked: Statement<Matching & { sequences: JsonArray }, RankedRow>;
  /** Which of some documents match. Each takes some µs, however common the words are. */
  readonly among: Statement<{ expression: string; sequences: JsonArray }, { sequence: number }>;
  /** The first words of a range of words. */
  readonly wordsBetween: Statement<{ from: string; below: string; limit: number }, { word: string }>;
  /** Which of some words are there. */
  readonly wordsAmong: Statement<{ words: JsonArray }, { word: string }>;
  /** The words that match an expression of trigrams, those with the rarest and most of them first. */
  readonly wordsWithParts: Statement<{ expression: string; limit: number }, { word: string }>;
}

/** The driver gives every number as a real one, which FTS5 does not look up: it would go through all rows from the first. */
const INTEGER = 'CAST(? AS INTEGER)';
/** At the end of a query; knex itself takes no limit that is given only when the statement is run. */
const LIMIT = 'LIMIT ?';

const known = new Map<string, IndexQueries>();

/** The questions to the index in these tables. */
export function indexQueries(tables: IndexTables): IndexQueries {
  const existing = known.get(tables.entries);
  if (existing) return existing;
  const made = { ...documentQueries(tables), ...wordQueries(tables) };
  known.set(tables.entries, made);
  return made;
}

type Bound<Values> = (name: keyof Values & string) => Knex.Value;

function documentQueries({ entries }: IndexTables) {
  const matching = <Values extends Matching>(knex: Knex, $: Bound<Values>): Knex.QueryBuilder =>
    knex(entries)
      .whereRaw('?? MATCH ?', [entries, $('expression')])
      .whereRaw(`rowid >= ${INTEGER}`, [$('from')])
      .whereRaw(`rowid < ${INTEGER}`, [$('below')]);
  const some = (order: 'asc' | 'desc') =>
    statement<Matching & { limit: number }, { sequences: JsonArray }>((knex, $) =>
      knex.select(knex.raw('json_group_array(sequence) AS sequences')).from(
        matching(knex, $)
          .select({ sequence: 'rowid' })
          .orderByRaw(`rowid ${order} ${LIMIT}`, [$('limit')])
          .as('found'),
      ),
    );
  return {
    newest: some('desc'),
    oldest: some('asc'),
    count: statement<Matching & { limit: number }, { count: number }>((knex, $) =>
      // Without an order, so that nothing of a row is read.
      knex.count({ count: '*' }).from(
        matching(knex, $)
          .select(knex.raw('1'))
          .whereRaw(`TRUE ${LIMIT}`, [$('limit')])
          .as('found'),
      ),
    ),
    ranked: statement<Matching & { sequences: JsonArray }, RankedRow>((knex, $) =>
      matching(knex, $)
        .select({ sequence: 'rowid' })
        .select(knex.raw(`-bm25(??, ${COLUMN_WEIGHTS.join(', ')}) AS score`, [entries]))
        // With the sign it is no condition to FTS5, which would begin anew for each; the others are passed by, unranked.
        .whereRaw('+rowid IN (SELECT value FROM json_each(?))', [$('sequences')]),
    ),
    among: statement<{ expression: string; sequences: JsonArray }, { sequence: number }>((knex, $) =>
      knex
        .select({ sequence: 'one.value' })
        .from(knex.raw('json_each(?) AS one', [$('sequences')]))
        .whereExists(
          knex(entries)
            .select(knex.raw('1'))
            .whereRaw('?? MATCH ?', [entries, $('expression')])
            .whereRaw('rowid = one.value'),
        ),
    ),
  };
}

function wordQueries({ words, wordParts }: IndexTables) {
  return {
    wordsBetween: statement<{ from: string; below: string; limit: number }, { word: string }>((knex, $) =>
      knex(words)
        .select('word')
        .where('word', '>=', $('from'))
        .where('word', '<', $('below'))
        .orderByRaw(`word ${LIMIT}`, [$('limit')]),
    ),
    wordsAmong: statement<{ words: JsonArray }, { word: string }>((knex, $) =>
      knex(words)
        .select('word')
        .whereRaw('word IN (SELECT value FROM json_each(?))', [$('words')]),
    ),
    wordsWithParts: statement<{ expression: string; limit: number }, { word: string }>((knex, $) =>
      knex
        .select('w.word')
        .from(
          knex(wordParts)
            .select({ word_id: 'rowid' })
            .whereRaw('?? MATCH ?', [wordParts, $('expression')])
            .orderByRaw(`rank ${LIMIT}`, [$('limit')])
            .as('found'),
        )
        .join({ w: words }, 'w.word_id', 'found.word_id'),
    ),
  };
}

/** Adds the condition that a column has one of many numbers. */
export function whereAmong(query: Knex.QueryBuilder, column: string, numbers: readonly number[]): Knex.QueryBuilder {
  return query.whereRaw('?? IN (SELECT value FROM json_each(?))', [column, JSON.stringify(numbers)]);
}
