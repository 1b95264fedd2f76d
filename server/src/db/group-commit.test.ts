import assert from 'node:assert/strict';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { runScript } from '../testing/script.js';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { openDatabase, type Database } from './database.js';
import { connectWriter } from './dialect.js';
import { GroupCommit, type Work } from './group-commit.js';

describe('writing, many jobs to a commit', () => {
  const folder = useTemporaryFolder();
  let db: Database;
  /** A connection of somebody else: sees what is committed, and can hold the write lock. */
  let other: BetterSqlite3.Database;
  const file = (): string => path.join(folder(), 'documents.db');

  beforeEach(async () => {
    db = await openDatabase(file());
    other = new BetterSqlite3(file(), { timeout: 0 });
  });
  afterEach(async () => {
    mock.restoreAll();
    other.close();
    await db.close();
  });

  const committed = (): string[] =>
    other
      .prepare<[], string>("SELECT tenant_id FROM tenants WHERE tenant_id <> 'default' ORDER BY tenant_id")
      .pluck()
      .all();

  it('answers with the result of the work, and only once it is committed', async () => {
    const writes = Array.from({ length: 200 }, async (_, index) => {
      const name = `t${index}`;
      assert.equal(await db.write(insertTenant(name)), name);
      assert.ok(committed().includes(name), `${name} was answered before it was committed`);
    });
    await Promise.all(writes);
    assert.equal(committed().length, 200);
  });

  it('shows a transaction that is under way to nobody else', async () => {
    await db.write(async (tx) => {
      await insertTenant('t1')(tx);
      assert.deepEqual(committed(), []);
      assert.equal((await db.read.knex('tenants')).length, 1);
      assert.equal((await tx.knex('tenants')).length, 2);
    });
    assert.equal((await db.read.knex('tenants')).length, 2);
  });

  it('runs jobs in the order in which they were asked for', async () => {
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 150 }, (_, index) =>
        db.write(async () => {
          await sleep(index % 7 === 0 ? 1 : 0);
          order.push(index);
        }),
      ),
    );
    assert.deepEqual(
      order,
      Array.from({ length: 150 }, (_, index) => index),
    );
  });

  it('puts what is asked for at the same time into few commits, and what comes alone into one of its own', async () => {
    const writer = await connectWriter(file());
    const commits = mock.method(writer, 'commit').mock;
    const group = new GroupCommit(writer);
    await group.run(insertTenant('alone'));
    assert.equal(commits.callCount(), 1);
    await Promise.all(Array.from({ length: 600 }, (_, index) => group.run(insertTenant(`t${index}`))));
    assert.equal(committed().length, 601);
    const count = commits.callCount() - 1;
    assert.ok(count >= 2 && count <= 8, `600 concurrent writes took ${count} commits`);
    await writer.close();
  });

  describe('when a job fails', () => {
    it('takes back what it did, and nothing of the jobs beside it', async () => {
      const outcomes = await Promise.allSettled([
        db.write(insertTenant('a')),
        db.write(async (tx) => {
          await insertTenant('half')(tx);
          throw new Error('on purpose');
        }),
        db.write(insertTenant('a')),
        db.write(() => {
          throw new Error('before it returned a promise');
        }),
        db.write(insertTenant('b')),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled'],
      );
      assert.match(reasonOf(outcomes[1]), /on purpose/);
      assert.match(reasonOf(outcomes[2]), /UNIQUE constraint failed/);
      assert.match(reasonOf(outcomes[3]), /before it returned/);
      assert.deepEqual(committed(), ['a', 'b']);
    });

    it('takes back what it did when it is alone', async () => {
      const failing = db.write(async (tx) => {
        await insertTenant('half')(tx);
        throw new Error('on purpose');
      });
      await assert.rejects(failing, /on purpose/);
      assert.deepEqual(committed(), []);
      await db.write(insertTenant('a'));
      assert.deepEqual(committed(), ['a']);
    });
  });

  describe('when the commit itself fails', () => {
    it('rejects a job that was alone, and the next write works', async () => {
      await assert.rejects(db.write(refusedAtCommit), { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
      await db.write(insertTenant('a'));
      assert.deepEqual(committed(), ['a']);
      assert.deepEqual(await db.read.knex('documents'), []);
    });

    it('rejects every job of the transaction, and the next write works', async () => {
      const jobs = [db.write(insertTenant('a')), db.write(refusedAtCommit), db.write(insertTenant('b'))];
      for (const outcome of await Promise.allSettled(jobs)) assert.match(reasonOf(outcome), /FOREIGN KEY/);
      assert.deepEqual(committed(), []);
      await Promise.all([db.write(insertTenant('c')), db.write(insertTenant('d'))]);
      assert.deepEqual(committed(), ['c', 'd']);
    });
  });

  it('when the disk fills up tells each job the truth, and goes on once there is room', async () => {
    const pages = await db.write(async (tx) => (await tx.knex.raw<{ page_count: number }[]>('PRAGMA page_count'))[0]);
    await db.write((tx) => tx.knex.raw(`PRAGMA max_page_count = ${(pages?.page_count ?? 0) + 20}`));
    const big = (name: string): Work<string> => insertTenant(name, 'x'.repeat(30_000));
    const names = Array.from({ length: 12 }, (_, index) => `t${index + 10}`);
    const outcomes = await Promise.allSettled([
      ...names.map((name) => db.write(big(name))),
      sleep(5).then(() => db.write(big('t90'))),
      sleep(20).then(() => db.write(big('t91'))),
    ]);
    const told = [...names, 't90', 't91'].filter((_, index) => outcomes[index]?.status === 'fulfilled');
    assert.deepEqual(committed(), told);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    assert.ok(refused.length > 0, 'the disk never was full');
    for (const outcome of refused) assert.match(reasonOf(outcome), /full/);
    await db.write((tx) => tx.knex.raw('PRAGMA max_page_count = 1000000'));
    await db.write(big('t99'));
    assert.ok(committed().includes('t99'));
  });

  describe('while another process holds the write lock', () => {
    it('waits for it, and leaves the event loop to others', async () => {
      other.exec('BEGIN IMMEDIATE');
      const writing = db.write(insertTenant('a'));
      const before = performance.eventLoopUtilization();
      let longest = 0;
      const until = performance.now() + 1000;
      for (let last = performance.now(); last < until;) {
        await sleep(5);
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
      }
      const { utilization } = performance.eventLoopUtilization(before);
      assert.equal((await db.read.knex('tenants')).length, 1);
      other.exec('COMMIT');
      await writing;
      assert.deepEqual(committed(), ['a']);
      assert.ok(longest < 500, `the event loop stood still for ${Math.round(longest)} ms`);
      assert.ok(utilization < 0.6, `waiting took ${Math.round(utilization * 100)} % of the event loop`);
    });

    it('gives up in the end, and loses no job that comes after', async () => {
      const realNow = Date.now;
      let leap = 0;
      mock.method(Date, 'now', () => realNow() + leap);
      other.exec('BEGIN IMMEDIATE');
      const early = [db.write(insertTenant('a')), db.write(insertTenant('b'))];
      const outcomes = Promise.allSettled(early);
      await sleep(150);
      const late = db.write(insertTenant('c'));
      leap = 3_600_000;
      for (const outcome of await outcomes) {
        assert.equal(outcome.status, 'rejected');
        assert.match(String(outcome.reason.code), /^SQLITE_BUSY/);
      }
      other.exec('COMMIT');
      await late;
      await db.write(insertTenant('d'));
      assert.deepEqual(committed(), ['c', 'd']);
    });
  });

  describe('after something else', () => {
    it('begins when that is done, and shares commits with others that waited for theirs', async () => {
      const writer = await connectWriter(file());
      const commits = mock.method(writer, 'commit').mock;
      const group = new GroupCommit(writer);
      const done = new Set<string>();
      const writes = Array.from({ length: 60 }, async (_, index) => {
        const name = `t${index}`;
        const ready = sleep(1 + (index % 5)).then(() => void done.add(name));
        await group.runAfter(ready, (tx) => {
          assert.ok(done.has(name), `${name} began too early`);
          return insertTenant(name)(tx);
        });
        assert.ok(committed().includes(name), `${name} was answered before it was committed`);
      });
      await Promise.all(writes);
      assert.equal(committed().length, 60);
      assert.ok(commits.callCount() < 30, `60 concurrent writes took ${commits.callCount()} commits`);
      await writer.close();
    });

    it('does not begin when that fails, and keeps nobody waiting who did not ask for it', async () => {
      const never = new Promise<void>(() => undefined);
      void db.writeAfter(never, insertTenant('never'));
      await assert.rejects(db.writeAfter(Promise.reject(new Error('no blob')), insertTenant('failed')), /no blob/);
      const before = performance.now();
      for (let index = 0; index < 20; index += 1) await db.write(insertTenant(`t${index + 10}`));
      assert.ok(performance.now() - before < 2000);
      assert.equal(committed().length, 20);
    });
  });

  it('loses nothing when several processes write at once', async () => {
    const script = `
      const { openDatabase } = await import(${JSON.stringify(new URL('database.js', import.meta.url).href)});
      const db = await openDatabase(process.argv[1]);
      const addOne = async (tx) => {
        const [{ last_sequence }] = await tx.knex('tenants').where({ tenant_id: 'default' });
        await tx.knex('tenants').where({ tenant_id: 'default' }).update({ last_sequence: last_sequence + 1 });
        return last_sequence + 1;
      };
      const numbers = [];
      for (let round = 0; round < 30; round += 1) {
        numbers.push(...(await Promise.all(Array.from({ length: 5 }, () => db.write(addOne)))));
      }
      await db.close();
      console.log(JSON.stringify(numbers));`;
    const printed = await Promise.all([1, 2, 3].map(() => runScript(script, [file()])));
    const numbers = printed.flatMap((text) => JSON.parse(text) as number[]).sort((a, b) => a - b);
    const first = 2 ** 32 + 1;
    assert.deepEqual(
      numbers,
      Array.from({ length: 450 }, (_, index) => first + index),
    );
  });

  it('is settled when everything that was asked for is answered', async () => {
    const writer = await connectWriter(file());
    const group = new GroupCommit(writer);
    const answered: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      void group.run(insertTenant(name)).then((result) => answered.push(result));
      await sleep(0);
    }
    await group.settled();
    assert.deepEqual(answered, ['a', 'b', 'c']);
    await writer.close();
  });
});

function insertTenant(tenant_id: string, created_at = 'today'): Work<string> {
  return async (tx) => {
    await tx.knex('tenants').insert({ tenant_id, first_sequence: 1, last_sequence: 1, created_at });
    return tenant_id;
  };
}

/** A document of a tenant that does not exist, which the database is told to notice only when it commits. */
const refusedAtCommit: Work<void> = async (tx) => {
  await tx.knex.raw('PRAGMA defer_foreign_keys = ON');
  await tx.knex('documents').insert({
    tenant_id: 'nobody',
    document_id: 'doc_0123456789ab',
    sequence: 1,
    name: 'n',
    name_folded: 'n',
    description: '',
    current_version: 1,
    uploaded_at: 'today',
  });
};

function reasonOf(outcome: PromiseSettledResult<unknown> | undefined): string {
  assert.equal(outcome?.status, 'rejected');
  return String(outcome.reason);
}
