import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { isBusy, type SqliteSession } from '../dialect.js';
import * as documents from './001-documents.js';
import * as versions from './002-versions.js';
import * as uploads from './003-uploads.js';
import * as search from './004-search.js';
import * as access from './005-access.js';

/** One step of the tables' history. */
interface Migration {
  readonly name: string;
  up(db: Knex): Promise<void>;
}

/**
 * Every migration there is, in order. Append only, and never change one that was released. Names are kept in the
 * database, so they stand here and do not hang on the files.
 */
const migrations: readonly Migration[] = [
  { name: '001-documents', up: documents.up },
  { name: '002-versions', up: versions.up },
  { name: '003-uploads', up: uploads.up },
  { name: '004-search', up: search.up },
  { name: '005-access', up: access.up },
];

/**
 * Brings the tables up to date in one transaction. Not knex's own migrator: that one keeps its lock in a row, which a
 * server that is killed on the way leaves locked for ever; a transaction is released by the database, and a second
 * server that starts at the same time waits for it.
 *
 * @throws Error when the database has migrations that this server does not know: a newer one wrote it
 */
export async function migrate(writer: SqliteSession): Promise<void> {
  await begin(writer);
  try {
    await applyMissing(writer.knex);
    writer.commit();
  } catch (error) {
    writer.rollback();
    throw error;
  }
}

async function begin(writer: SqliteSession): Promise<void> {
  for (;;) {
    try {
      writer.begin();
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      await sleep(20);
    }
  }
}

async function applyMissing(db: Knex): Promise<void> {
  if (!(await db.schema.hasTable('migrations'))) {
    await db.schema.createTable('migrations', (table) => {
      table.string('name', 64).primary();
      table.string('applied_at', 24).notNullable();
    });
  }
  const applied = new Set(await db('migrations').pluck<string[]>('name'));
  const unknown = [...applied].filter((name) => !migrations.some((migration) => migration.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `The database was written by a newer server (it has ${unknown.join(', ')}). Start that one, or name another ` +
        'folder in DOCUMENT_STORAGE_DIR.',
    );
  }
  for (const migration of migrations) {
    if (applied.has(migration.name)) continue;
    await migration.up(db);
    await db('migrations').insert({ name: migration.name, applied_at: new Date().toISOString() });
  }
}
