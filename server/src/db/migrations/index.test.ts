import assert from 'node:assert/strict';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { runScript } from '../../testing/script.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { openDatabase } from '../database.js';

const OPEN = `
  const { openDatabase } = await import(${JSON.stringify(new URL('../database.js', import.meta.url).href)});
  await (await openDatabase(process.argv[1])).close();`;

/** Opens the database and kills its own process with SIGKILL at a step of the work; prints how many steps there were. */
const OPEN_AND_DIE = `
  import BetterSqlite3 from 'better-sqlite3';
  const dieAt = Number(process.argv[2]);
  let steps = 0;
  for (const method of ['prepare', 'exec', 'pragma']) {
    const real = BetterSqlite3.prototype[method];
    BetterSqlite3.prototype[method] = function (...args) {
      steps += 1;
      if (steps === dieAt) process.kill(process.pid, 'SIGKILL');
      return real.apply(this, args);
    };
  }
  ${OPEN}
  console.log(steps);`;

describe('migrations', () => {
  const folder = useTemporaryFolder();
  const file = (): string => path.join(folder(), 'documents.db');

  /** Everything there is to know about the tables. */
  function inspect(): { schema: unknown[]; migrations: unknown[]; tenants: unknown[] } {
    const database = new BetterSqlite3(file(), { readonly: true });
    try {
      assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
      return {
        schema: database.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY type, name').all(),
        migrations: database.prepare('SELECT * FROM migrations').all(),
        tenants: database.prepare('SELECT * FROM tenants').all(),
      };
    } finally {
      database.close();
    }
  }

  it('make the tables of a new database, with the one tenant', async () => {
    await (await openDatabase(file())).close();
    const { migrations, tenants } = inspect();
    assert.deepEqual(
      migrations.map((row) => (row as { name: string }).name),
      ['001-documents', '002-versions', '003-uploads', '004-search', '005-access'],
    );
    assert.deepEqual(
      tenants.map((row) => (row as { tenant_id: string }).tenant_id),
      ['default'],
    );
  });

  it('change nothing at a second start', async () => {
    await (await openDatabase(file())).close();
    const before = inspect();
    await (await openDatabase(file())).close();
    assert.deepEqual(inspect(), before);
  });

  it('refuse a database that a newer server wrote, and leave it as it was', async () => {
    await (await openDatabase(file())).close();
    const newer = new BetterSqlite3(file());
    newer.exec("INSERT INTO migrations VALUES ('999-later', 'tomorrow'); CREATE TABLE later (x)");
    newer.close();
    const before = inspect();
    await assert.rejects(openDatabase(file()), (error: Error) => {
      assert.match(error.message, /newer server/);
      assert.match(error.message, /999-later/);
      assert.match(error.message, /DOCUMENT_STORAGE_DIR/);
      return true;
    });
    assert.deepEqual(inspect(), before);
  });

  it('run once when several servers start at the same time', async () => {
    for (let round = 0; round < 2; round += 1) {
      const fresh = path.join(folder(), `fresh-${round}.db`);
      await Promise.all(Array.from({ length: 4 }, () => runScript(OPEN, [fresh])));
      const database = new BetterSqlite3(fresh, { readonly: true });
      assert.equal(database.prepare('SELECT count(*) FROM migrations').pluck().get(), 5);
      database.close();
    }
  });

  it('wait for another server that takes long over them', async () => {
    await (await openDatabase(file())).close();
    const slow = new BetterSqlite3(file());
    slow.exec('BEGIN IMMEDIATE');
    const opening = openDatabase(file());
    const released = new Promise<void>((resolve) => {
      setTimeout(() => {
        slow.exec('COMMIT');
        slow.close();
        resolve();
      }, 700);
    });
    await Promise.all([released, opening.then((database) => database.close())]);
  });

  it('wait for another server that is making the same database at this moment', async () => {
    // Before the file is in WAL mode: that switch does not wait for a lock by itself, whatever the busy time-out.
    const first = new BetterSqlite3(file());
    first.exec('CREATE TABLE started (x); BEGIN IMMEDIATE');
    const opening = openDatabase(file());
    const released = new Promise<void>((resolve) => {
      setTimeout(() => {
        first.exec('COMMIT');
        first.close();
        resolve();
      }, 300);
    });
    await Promise.all([released, opening.then((database) => database.close())]);
  });

  it('leave a database that starts, wherever a server was killed on the way', async function () {
    this.timeout(40_000);
    const steps = Number(await runScript(OPEN_AND_DIE, [path.join(folder(), 'dry-run.db'), 0]));
    assert.ok(steps > 20, `only ${steps} steps`);
    await (await openDatabase(path.join(folder(), 'whole.db'))).close();
    const places = Array.from({ length: 8 }, (_, index) => 1 + Math.floor(((steps - 1) * index) / 7));
    await Promise.all(
      places.map(async (place) => {
        const killed = path.join(folder(), `killed-${place}.db`);
        await assert.rejects(runScript(OPEN_AND_DIE, [killed, place]), { signal: 'SIGKILL' });
        const database = await openDatabase(killed);
        assert.equal((await database.read.knex('migrations')).length, 5);
        assert.equal((await database.read.knex('tenants')).length, 1);
        assert.deepEqual(await database.read.knex.raw('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
        await database.close();
      }),
    );
  });
});
