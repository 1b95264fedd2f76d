/**
 * The full-text index of a tenant, SQLite's side of it. Each tenant has tables of its own: nothing of another tenant's
 * words, not even how many documents have one, is in any answer. Terms are made by the search index room; FTS5 only tells
 * them apart at spaces (`ascii` takes everything beyond ASCII for a part of a word).
 */
import type { Knex } from 'knex';
import { statement, type Statement } from './session.js';

/** The columns of the index. A match in one of the first counts more, see {@link COLUMN_WEIGHTS}. */
export const INDEX_COLUMNS = ['name', 'tags', 'description', 'headings', 'body', 'compounds', 'filters'] as const;

export type IndexColumn = (typeof INDEX_COLUMNS)[number];
export type IndexRow = Readonly<Record<IndexColumn, string>> & { readonly sequence: number };

/** A tenant's number: which range of sequences is his. */
export function tenantNumber(first_sequence: number): number {
  return Math.floor(first_sequence / 2 ** 32);
}

/** The tables of an index. */
export interface IndexTables {
  /** A row for each document under its sequence. */
  readonly entries: string;
  /** The distinct words that a misspelt one may be meant for. */
  readonly words: string;
  /** What three letters stand in them. */
  readonly wordParts: string;
}

/** A tenant's tables, or those that are to replace them. */
export function indexTables(tenant_number: number, use: 'live' | 'rebuilding' = 'live'): IndexTables {
  const suffix = use === 'live' ? `${tenant_number}` : `${tenant_number}_rebuilding`;
  return {
    entries: `search_entries_${suffix}`,
    words: `search_words_${suffix}`,
    wordParts: `search_word_parts_${suffix}`,
  };
}

/** Creates an index, empty. */
export async function createSearchIndex(db: Knex, { entries, words, wordParts }: IndexTables): Promise<void> {
  await db.raw(
    `CREATE VIRTUAL TABLE ${entries} USING fts5(
       ${INDEX_COLUMNS.join(', ')}, content='', contentless_delete=1, tokenize='ascii')`,
  );
  await db.raw(`CREATE TABLE ${words}(word_id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)`);
  await db.raw(
    `CREATE VIRTUAL TABLE ${wordParts} USING fts5(word, content='', detail=none, tokenize="trigram case_sensitive 1")`,
  );
}

export async function dropSearchIndex(db: Knex, { entries, words, wordParts }: IndexTables): Promise<void> {
  for (const table of [entries, words, wordParts]) await db.raw(`DROP TABLE IF EXISTS ${table}`);
}

/** Puts an index in the place of another one, which is dropped. */
export async function replaceSearchIndex(db: Knex, replaced: IndexTables, by: IndexTables): Promise<void> {
  await dropSearchIndex(db, replaced);
  for (const table of ['entries', 'words', 'wordParts'] as const) {
    await db.raw(`ALTER TABLE ${by[table]} RENAME TO ${replaced[table]}`);
  }
}

/** The statements that write an index. */
export interface IndexStatements {
  readonly insert: Statement<IndexRow, never>;
  readonly remove: Statement<{ sequence: number }, never>;
  /** Answers with the id of a word that was not there before. */
  readonly insertWord: Statement<{ word: string }, { word_id: number }>;
  readonly insertWordParts: Statement<{ word_id: number; word: string }, never>;
}

const known = new Map<string, IndexStatements>();

export function indexStatements({ entries, words, wordParts }: IndexTables): IndexStatements {
  const existing = known.get(entries);
  if (existing) return existing;
  const made: IndexStatements = {
    insert: statement<IndexRow>((knex, $) =>
      knex(entries).insert({
        rowid: $('sequence'),
        ...Object.fromEntries(INDEX_COLUMNS.map((column) => [column, $(column)])),
      }),
    ),
    remove: statement<{ sequence: number }>((knex, $) =>
      knex(entries)
        .where({ rowid: $('sequence') })
        .delete(),
    ),
    insertWord: statement<{ word: string }, { word_id: number }>((knex, $) =>
      knex(words)
        .insert({ word: $('word') })
        .onConflict('word')
        .ignore()
        .returning('word_id'),
    ),
    insertWordParts: statement<{ word_id: number; word: string }>((knex, $) =>
      knex(wordParts).insert({ rowid: $('word_id'), word: $('word') }),
    ),
  };
  known.set(entries, made);
  return made;
}
