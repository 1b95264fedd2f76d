import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { splitQuota } from './quota.js';
import { RateLimits, type Rates } from './rate-limits.js';

const NONE: Rates = { read: 0, write: 0, search: 0, 'auth-failures': 0 };

describe('splitQuota', () => {
  it('splits what a minute allows in halves, of whole requests, that together are the whole', () => {
    assert.deepEqual(splitQuota(6000), { steady: { points: 50, seconds: 1 }, burst: { points: 3000, seconds: 60 } });
    assert.deepEqual(splitQuota(30), { steady: { points: 1, seconds: 4 }, burst: { points: 15, seconds: 60 } });
    for (let perMinute = 1; perMinute < 1000; perMinute += 1) {
      const { steady, burst } = splitQuota(perMinute);
      const inAMinute = Math.floor((steady.points * 60) / steady.seconds) + burst.points;
      assert.equal(inAMinute, perMinute);
      assert.ok(steady.points >= 1 && steady.seconds <= 60, String(perMinute));
    }
  });
});

describe('rate limits', () => {
  const folder = useTemporaryFolder();
  const opened: RateLimits[] = [];
  const reported: unknown[] = [];
  const open = async (rates: Partial<Rates>): Promise<RateLimits> => {
    const report = (error: unknown): void => void reported.push(error);
    const limits = await RateLimits.open({
      filename: path.join(folder(), 'limits.db'),
      rates: { ...NONE, ...rates },
      report,
    });
    opened.push(limits);
    return limits;
  };
  afterEach(() => {
    for (const limits of opened.splice(0)) limits.close();
    assert.deepEqual(reported.splice(0), []);
  });

  async function passes(limits: RateLimits, count: number, holder = 'a'): Promise<number> {
    let passed = 0;
    for (let index = 0; index < count; index += 1) {
      if ((await limits.take('read', holder))?.allowed) passed += 1;
    }
    return passed;
  }

  it('are none where nothing is to be counted, and there is no file then', async () => {
    const limits = await open({});
    assert.equal(limits.take('read', 'a'), undefined);
    assert.equal(limits.refusal('read', 'a'), undefined);
  });

  it('let through what may be used at once and what has flowed, and tell how much is left', async () => {
    const limits = await open({ read: 60 });
    const first = await limits.take('read', 'a');
    assert.ok(first);
    const { name, perMinute, allowed, left } = first;
    assert.deepEqual({ name, perMinute, allowed, left }, { name: 'read', perMinute: 60, allowed: true, left: 30 });
    assert.ok((await passes(limits, 100)) <= 31);
    const refused = await limits.take('read', 'a');
    assert.equal(refused?.allowed, false);
    assert.equal(refused.left, 0);
    assert.ok(refused.retryInMs > 0 && refused.retryInMs <= 2000, String(refused.retryInMs));
    assert.ok(refused.renewedInMs > 50_000 && refused.renewedInMs <= 60_000, String(refused.renewedInMs));
    await new Promise((resolve) => setTimeout(resolve, refused.retryInMs + 5));
    assert.equal(await passes(limits, 3), 1);
  });

  it('count each holder and each class apart', async () => {
    const limits = await open({ read: 4, write: 4 });
    await passes(limits, 10);
    assert.equal((await limits.take('read', 'a'))?.allowed, false);
    assert.equal((await limits.take('write', 'a'))?.allowed, true);
    assert.equal((await limits.take('read', 'b'))?.allowed, true);
  });

  it('are shared by all servers on a folder, and never exceeded', async () => {
    const [one, other] = [await open({ read: 1200 }), await open({ read: 1200 })];
    const began = Date.now();
    let passed = 0;
    for (let round = 0; round < 100; round += 1) passed += (await passes(one, 10)) + (await passes(other, 10));
    const flowed = 10 * (Math.floor((Date.now() - began) / 1000) + 1);
    assert.ok(passed <= 600 + flowed, `${passed} of ${600 + flowed}`);
    assert.ok(passed >= 600, `${passed}: the burst was not used up`);
  });

  it('hold for requests at once', async () => {
    const limits = await open({ read: 240 });
    const allowances = await Promise.all(Array.from({ length: 500 }, async () => limits.take('read', 'a')));
    const passed = allowances.filter((allowance) => allowance?.allowed).length;
    assert.ok(passed >= 122 && passed <= 126, String(passed));
  });

  it('know a refusal without counting', async () => {
    const limits = await open({ 'auth-failures': 2 });
    assert.equal(limits.refusal('auth-failures', 'a'), undefined);
    for (let index = 0; index < 2; index += 1) await limits.take('auth-failures', 'a');
    const known = limits.refusal('auth-failures', 'a');
    assert.equal(known?.allowed, false);
    assert.equal(limits.refusal('auth-failures', 'b'), undefined);
  });

  it('ask the shared count for a few requests at a time', async () => {
    const limits = await open({ read: 600_000 });
    let asked = 0;
    for (let index = 0; index < 1000; index += 1) {
      const counted = limits.take('read', 'a');
      if (counted instanceof Promise) asked += 1;
      await counted;
    }
    assert.ok(asked >= 1000 / 64 && asked <= 40, String(asked));
  });

  it('begin again where the file is damaged', async () => {
    await writeFile(path.join(folder(), 'limits.db'), 'this is no database, and never was one'.repeat(100));
    assert.equal(await passes(await open({ read: 4 }), 1), 1);
  });

  it('are counted in memory where the file cannot be had any more', async () => {
    const limits = await open({ read: 4 });
    limits.close();
    assert.ok((await passes(limits, 10)) <= 4);
    assert.ok(reported.splice(0).length > 0);
    opened.pop();
  });
});
