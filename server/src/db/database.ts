import { connectReader, connectWriter, type SqliteSession } from './dialect.js';
import { GroupCommit, type Work } from './group-commit.js';
import { migrate } from './migrations/index.js';
import { statement, type Session } from './session.js';

/** The metadata of all tenants: one connection to read, one to write. */
export class Database {
  readonly #reader: SqliteSession;
  readonly #writer: SqliteSession;
  readonly #commits: GroupCommit;

  constructor(reader: SqliteSession, writer: SqliteSession) {
    this.#reader = reader;
    this.#writer = writer;
    this.#commits = new GroupCommit(writer);
  }

  /** For queries outside a transaction; sees what is committed. */
  get read(): Session {
    return this.#reader;
  }

  /**
   * A number that is another one after every commit, whichever server made it: as long as it is the same, what was read
   * holds. Asking for it costs a fraction of the smallest query.
   */
  version(): number {
    return this.#reader.version();
  }

  /**
   * Runs `work` in a transaction and resolves to its result once it is durable. `work` may read through `tx` only, must
   * not wait for anything slow (others wait in the same transaction), and must not call `write` again.
   */
  write<T>(work: Work<T>): Promise<T> {
    return this.#commits.run(work);
  }

  /** The same, as soon as `ready` has resolved; rejects with its error. Concurrent ones share a transaction where they can. */
  writeAfter<T>(ready: Promise<void>, work: Work<T>): Promise<T> {
    return this.#commits.runAfter(ready, work);
  }

  /** Resolves when the database answers. */
  async check(): Promise<void> {
    await this.#reader.run(anyTenant, {});
  }

  /** Waits for what is being written, then closes both connections. */
  async close(): Promise<void> {
    await this.#commits.settled();
    await this.#reader.close();
    await this.#writer.close();
  }
}

const anyTenant = statement<object, { tenant_id: string }>((knex) => knex('tenants').select('tenant_id').limit(1));

/**
 * Opens the database file, makes it if it is not there, and brings its tables up to date.
 *
 * @throws Error when the file cannot be used or was written by a newer server
 */
export async function openDatabase(filename: string): Promise<Database> {
  const writer = await connectWriter(filename).catch((error: unknown) => {
    throw new Error(
      `${filename} cannot be used as the database: ${(error as Error).message}. Put a backup in its place, or name ` +
        'another folder in DOCUMENT_STORAGE_DIR.',
      { cause: error },
    );
  });
  try {
    await migrate(writer);
    return new Database(await connectReader(filename), writer);
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** A further connection that writes, for a thread of its own. */
export interface DatabaseWriter {
  write<T>(work: Work<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a further writing connection to a database that is up to date; it takes its turn with the others. */
export async function openWriter(filename: string): Promise<DatabaseWriter> {
  const writer = await connectWriter(filename);
  const commits = new GroupCommit(writer);
  return {
    write: (work) => commits.run(work),
    close: async () => {
      await commits.settled();
      await writer.close();
    },
  };
}
