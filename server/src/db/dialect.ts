/**
 * What differs between databases, together with `dialect-schema.ts` (tables) and `full-text*.ts` (the search). This is
 * SQLite's side of it (better-sqlite3, WAL, FTS5); a second database gets files with the same exports, and no other file
 * has to change.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import knexModule, { type Knex } from 'knex';
import { compileStatement, type CompiledStatement, type Session, type Statement } from './session.js';

/**
 * How long SQLite itself waits for another process's write lock. It waits in the event loop's thread, so hardly at all:
 * whoever writes waits for the lock by asking again.
 */
const WRITE_BUSY_TIMEOUT_MS = 1;
/** For reading, where a lock is rare and short (another process is recovering or closing the file). */
const READ_BUSY_TIMEOUT_MS = 1000;
/** While connecting, when nobody is served yet and another server may be doing the same. */
const CONNECT_BUSY_TIMEOUT_MS = 10_000;
const CACHE_KIB = 32 * 1024;
const MMAP_BYTES = 256 * 1024 * 1024;

/**
 * What a transaction is steered with. One that reads before it writes cannot get the write lock later
 * (SQLITE_BUSY_SNAPSHOT), so it takes it at once.
 */
type Control =
  | 'BEGIN IMMEDIATE'
  | 'COMMIT'
  | 'ROLLBACK'
  | 'SAVEPOINT part'
  | 'RELEASE SAVEPOINT part'
  | 'ROLLBACK TO SAVEPOINT part';

interface Prepared extends CompiledStatement {
  readonly statement: BetterSqlite3.Statement;
}

/** A connection to SQLite. It is one connection, so that what runs between `begin` and `commit` is one transaction. */
export class SqliteSession implements Session {
  readonly knex: Knex;
  readonly #connection: BetterSqlite3.Database;
  readonly #prepared = new Map<Statement<never, unknown>, Prepared>();
  readonly #controls = new Map<Control, BetterSqlite3.Statement>();
  #versionQuery: BetterSqlite3.Statement | undefined;

  constructor(knex: Knex, connection: BetterSqlite3.Database) {
    this.knex = knex;
    this.#connection = connection;
  }

  async run<Values, Row>(statement: Statement<Values, Row>, values: Values): Promise<Row[]> {
    const prepared = this.#prepare(statement);
    const bindings = prepared.bindings(values as Record<string, unknown>);
    if (prepared.statement.reader) return prepared.statement.all(bindings) as Row[];
    prepared.statement.run(bindings);
    return [];
  }

  /** A number that is another one after every commit of another connection, in this process or elsewhere. */
  version(): number {
    this.#versionQuery ??= this.#connection.prepare('PRAGMA data_version').pluck();
    return this.#versionQuery.get() as number;
  }

  /** Begins a transaction that may write. Throws when another process holds the lock, see {@link isBusy}. */
  begin(): void {
    this.#control('BEGIN IMMEDIATE');
  }

  /** Makes the transaction durable. */
  commit(): void {
    this.#control('COMMIT');
  }

  /** False also when the database has given the transaction up by itself, as it does when the disk is full. */
  get inTransaction(): boolean {
    return this.#connection.inTransaction;
  }

  /** Gives the transaction up, also one that the database has given up by itself. */
  rollback(): void {
    if (this.#connection.inTransaction) this.#control('ROLLBACK');
  }

  /** Begins a part of the transaction that can be taken back by itself. */
  savepoint(): void {
    this.#control('SAVEPOINT part');
  }

  releaseSavepoint(): void {
    this.#control('RELEASE SAVEPOINT part');
  }

  rollbackToSavepoint(): void {
    this.#control('ROLLBACK TO SAVEPOINT part');
    this.#control('RELEASE SAVEPOINT part');
  }

  close(): Promise<void> {
    return this.knex.destroy();
  }

  #control(sql: Control): void {
    let prepared = this.#controls.get(sql);
    if (!prepared) {
      prepared = this.#connection.prepare(sql);
      this.#controls.set(sql, prepared);
    }
    prepared.run();
  }

  #prepare<Values, Row>(statement: Statement<Values, Row>): Prepared {
    const known = this.#prepared.get(statement);
    if (known) return known;
    const compiled = compileStatement(this.knex, statement);
    const prepared = { ...compiled, statement: this.#connection.prepare(compiled.sql) };
    this.#prepared.set(statement, prepared);
    return prepared;
  }
}

function ignore(): void {
  return undefined;
}

async function connect(filename: string, busyTimeoutMs: number, pragmas: readonly string[]): Promise<SqliteSession> {
  let connection: BetterSqlite3.Database | undefined;
  const knex = knexModule({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    // What goes wrong is thrown; knex would print it besides.
    log: { debug: ignore, warn: ignore, error: ignore, deprecate: ignore },
    pool: {
      min: 1,
      max: 1,
      afterCreate: (created: BetterSqlite3.Database, done: (error: Error | null, created: unknown) => void) => {
        try {
          created.pragma(`busy_timeout = ${CONNECT_BUSY_TIMEOUT_MS}`);
          for (const pragma of pragmas) created.pragma(pragma);
          created.pragma(`busy_timeout = ${busyTimeoutMs}`);
          connection = created;
          done(null, created);
        } catch (error) {
          done(error as Error, created);
        }
      },
    },
  });
  try {
    await knex.select(knex.raw('1'));
    if (!connection) throw new Error(`no connection to ${filename}`);
    return new SqliteSession(knex, connection);
  } catch (error) {
    await knex.destroy();
    throw error;
  }
}

/** Connects, as often as another server that is making the same database at this moment refuses it the lock. */
async function connectPatiently(
  filename: string,
  busyTimeoutMs: number,
  pragmas: readonly string[],
): Promise<SqliteSession> {
  const giveUpAt = Date.now() + CONNECT_BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      return await connect(filename, busyTimeoutMs, pragmas);
    } catch (error) {
      if (!isBusy(error) || Date.now() >= giveUpAt) throw error;
      await sleep(20);
    }
  }
}

/** The connection that writes; there is one, since SQLite lets one write at a time. Every commit is on the disk. */
export function connectWriter(filename: string): Promise<SqliteSession> {
  return connectPatiently(filename, WRITE_BUSY_TIMEOUT_MS, [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    // Savepoints keep what they would take back; on the disk that would be a file for each transaction.
    'temp_store = MEMORY',
    `cache_size = -${CACHE_KIB}`,
  ]);
}

/** The connection that reads: it sees what is committed, and is not held up by a transaction that is being written. */
export function connectReader(filename: string): Promise<SqliteSession> {
  return connectPatiently(filename, READ_BUSY_TIMEOUT_MS, [
    'query_only = ON',
    `cache_size = -${CACHE_KIB}`,
    `mmap_size = ${MMAP_BYTES}`,
  ]);
}

/** Whether the write lock was held by another process for too long; nothing was done, and trying again is safe. */
export function isBusy(error: unknown): boolean {
  return errorCode(error).startsWith('SQLITE_BUSY');
}

function errorCode(error: unknown): string {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Shortest name part that the name index can look up: its units are three characters. */
export const NAME_INDEX_MIN_CHARACTERS = 3;

/**
 * Candidates for a name that contains `folded` (at least {@link NAME_INDEX_MIN_CHARACTERS} characters): a query of
 * `sequence` values. The tenant is the range of sequences given with `from` and `below`.
 */
export function nameCandidates(db: Knex, folded: string, from: number, below: number): Knex.QueryBuilder {
  const characters = Array.from(folded);
  const trigrams = new Set<string>();
  for (let start = 0; start + 3 <= characters.length; start += 1) {
    trigrams.add(
      `"${characters
        .slice(start, start + 3)
        .join('')
        .replaceAll('"', '""')}"`,
    );
  }
  return (
    db('document_names')
      .select({ sequence: 'rowid' })
      .whereRaw('document_names MATCH ?', [[...trigrams].join(' AND ')])
      // A number is bound as REAL, with which FTS5 does not seek: it would go through every match.
      .whereRaw('rowid >= CAST(? AS INTEGER) AND rowid < CAST(? AS INTEGER)', [from, below])
  );
}

/** `column LIKE %part%` with `part` taken literally. */
export function whereContains(query: Knex.QueryBuilder, column: string, part: string): Knex.QueryBuilder {
  return query.whereRaw(`?? LIKE ? ESCAPE '\\'`, [column, `%${part.replace(/[\\%_]/g, '\\$&')}%`]);
}

/** All values of a column, as the text of a JSON array. */
export function jsonArrayOf(db: Knex, column: string): Knex.Raw {
  return db.raw('json_group_array(??)', [column]);
}

/** Of a column with a JSON array of tags: whether one of some is among them. */
export function whereTagAmong(query: Knex.QueryBuilder, column: string, tags: readonly string[]): Knex.QueryBuilder {
  const places = tags.map(() => '?').join(', ');
  return query.whereRaw(`EXISTS (SELECT 1 FROM json_each(??) WHERE value IN (${places}))`, [column, ...tags]);
}

/** Of a column with a media type, the type alone: without parameters, in lower case. */
export function plainMediaType(db: Knex, column: string): Knex.Raw {
  return db.raw(`lower(trim(substr(??, 1, instr(?? || ';', ';') - 1)))`, [column, column]);
}
