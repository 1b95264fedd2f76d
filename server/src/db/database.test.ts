import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { openDatabase, type Database } from './database.js';
import type { Session } from './session.js';

/** Tables that belong to the server, and not to a tenant; the search's belong to one tenant each. */
const GLOBAL_TABLES = new Set(['migrations', 'server_secrets', 'api_keys']);

describe('the database', () => {
  const folder = useTemporaryFolder();
  let db: Database;
  const file = (): string => path.join(folder(), 'documents.db');

  beforeEach(async () => {
    db = await openDatabase(file());
  });
  afterEach(async () => {
    await db.close();
  });

  it('has its settings in force on the connection that writes', async () => {
    await db.write(async (tx) => {
      assert.equal(await pragma(tx, 'journal_mode'), 'wal');
      assert.equal(await pragma(tx, 'synchronous'), 2, 'every commit must be on the disk (FULL)');
      assert.equal(await pragma(tx, 'foreign_keys'), 1);
    });
  });

  it('cannot be written through the connection that reads', async () => {
    assert.equal(await pragma(db.read, 'query_only'), 1);
    await assert.rejects(db.read.knex('tenants').insert({ tenant_id: 'x' }), /readonly/);
  });

  it('begins every key and every index with the tenant', async () => {
    const { knex } = db.read;
    const tables = await knex('sqlite_master').where({ type: 'table' }).pluck<string[]>('name');
    const checked = tables.filter(
      (name) => !/^(sqlite_|document_names|search_)/.test(name) && !GLOBAL_TABLES.has(name),
    );
    assert.ok(checked.includes('documents') && checked.includes('events'), `found only ${checked.join(', ')}`);
    for (const table of checked) {
      const columns = await knex.raw<{ name: string; pk: number }[]>(`PRAGMA table_info(${table})`);
      assert.equal(columns.find(({ pk }) => pk === 1)?.name, 'tenant_id', `the primary key of ${table}`);
      for (const index of await knex.raw<{ name: string }[]>(`PRAGMA index_list(${table})`)) {
        const parts = await knex.raw<{ seqno: number; name: string }[]>(`PRAGMA index_info(${index.name})`);
        assert.equal(parts.find(({ seqno }) => seqno === 0)?.name, 'tenant_id', `${index.name} of ${table}`);
      }
      for (const key of await knex.raw<{ id: number; seq: number; from: string }[]>(
        `PRAGMA foreign_key_list(${table})`,
      )) {
        if (key.seq === 0) assert.equal(key.from, 'tenant_id', `foreign key ${key.id} of ${table}`);
      }
    }
  });

  it('answers a check, and stops answering once it is closed', async () => {
    await db.check();
    const closed = await openDatabase(path.join(folder(), 'other.db'));
    await closed.close();
    await assert.rejects(closed.check());
    await assert.rejects(closed.write(() => Promise.resolve()));
  });

  it('finishes what is being written before it closes, and leaves one file behind', async () => {
    const other = await openDatabase(path.join(folder(), 'other.db'));
    const writes = Array.from({ length: 100 }, (_, index) =>
      other.write(({ knex }) =>
        knex('tenants').insert({ tenant_id: `t${index}`, first_sequence: 1, last_sequence: 1, created_at: 'today' }),
      ),
    );
    await Promise.all([other.close(), ...writes]);
    assert.deepEqual(
      (await fs.readdir(folder())).filter((name) => name.startsWith('other')),
      ['other.db'],
    );
    const again = await openDatabase(path.join(folder(), 'other.db'));
    assert.equal((await again.read.knex('tenants')).length, 101);
    await again.close();
  });

  it('does not open what is not a database, and leaves it as it was', async () => {
    const garbage = path.join(folder(), 'garbage.db');
    await fs.writeFile(garbage, 'this is not a database, and longer than the header of one. '.repeat(20));
    await assert.rejects(openDatabase(garbage), (error: Error) => {
      assert.ok(error.message.startsWith(garbage), error.message);
      assert.match(error.message, /file is not a database.*DOCUMENT_STORAGE_DIR/);
      return true;
    });
    assert.match(await fs.readFile(garbage, 'utf8'), /^this is not a database/);
  });
});

async function pragma(session: Session, name: string): Promise<unknown> {
  const [row] = await session.knex.raw<Record<string, unknown>[]>(`PRAGMA ${name}`);
  return row?.[name];
}
