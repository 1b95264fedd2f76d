import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUNDLE, COMPILE, GENERATE, INSTALL, LOCK, steps, usePreparedClones } from './setup/prepared-clones.js';
import type { SmallClone } from './setup/small-clone.js';

describe('set-up', function () {
  this.timeout(60_000);
  const { clean, upToDate } = usePreparedClones();

  describe('when it is interrupted', () => {
    /** A clean clone whose installation stands still. */
    const installing = async () => {
      const clone = clean();
      const hold = clone.holdInstallation();
      const { child, ended } = clone.start();
      await until(hold.started);
      return { clone, child, ended, ...hold };
    };

    for (const [signal, exitCode] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      it(`ends what it started on ${signal}, and installs again next time`, async () => {
        const { clone, child, ended, release } = await installing();
        const installer = Number(clone.read('vendor/slow/started'));
        child.kill(signal);
        assert.equal((await ended).code, exitCode);
        await until(() => !isRunning(installer));
        assert.equal(clone.has(LOCK), false);
        release();
        assert.deepEqual(steps(await clone.setUp()), [INSTALL, GENERATE, COMPILE, BUNDLE]);
      });
    }

    it('installs again after a kill, although the lock was left behind', async () => {
      const { clone, child, ended, release } = await installing();
      child.kill('SIGKILL');
      await ended;
      process.kill(-npmOf(clone), 'SIGKILL');
      release();
      assert.deepEqual(steps(await clone.setUp()), [INSTALL, GENERATE, COMPILE, BUNDLE]);
      assert.equal(clone.has(LOCK), false);
    });

    it('after a kill waits for the installation that runs on alone, and takes it over', async () => {
      const { clone, child, release } = await installing();
      child.kill('SIGKILL');
      const second = clone.start();
      await sleep(600);
      assert.equal(second.child.exitCode, null);
      release();
      const outcome = await second.ended;
      assert.match(outcome.output, /^Waiting for another set-up/);
      assert.deepEqual(steps(outcome), [GENERATE, COMPILE, BUNDLE]);
    });

    it('lets a second one wait and then find everything done', async () => {
      const { clone, ended, release } = await installing();
      const second = clone.start();
      await until(() => clone.has(LOCK));
      await sleep(300);
      assert.equal(second.child.exitCode, null);
      release();
      assert.deepEqual(steps(await ended), [INSTALL, GENERATE, COMPILE, BUNDLE]);
      const { code, output } = await second.ended;
      assert.equal(code, 0);
      assert.match(output, /^Waiting for another set-up of this folder to end .*\n$/);
    });
  });

  describe('with a lock', () => {
    const stale = (): SmallClone => {
      const clone = upToDate();
      clone.edit('sdk/test/a.test.ts', '1', '2');
      return clone;
    };

    it('of another machine, waits', async () => {
      const clone = stale();
      clone.write(LOCK, JSON.stringify({ host: 'elsewhere', pid: 1 }));
      const { child, ended } = clone.start();
      await sleep(600);
      assert.equal(child.exitCode, null);
      clone.remove(LOCK);
      assert.deepEqual(steps(await ended), [COMPILE]);
    });

    it('of another machine that has been silent for long, takes it over', async () => {
      const clone = stale();
      clone.write(LOCK, JSON.stringify({ host: 'elsewhere', pid: 1 }));
      const longAgo = new Date(Date.now() - 3_600_000);
      utimesSync(clone.path(LOCK), longAgo, longAgo);
      assert.deepEqual(steps(await clone.setUp()), [COMPILE]);
    });

    it('of a dead process, lets just one of several take it over at a time', async () => {
      const clone = stale();
      clone.write(LOCK, JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1 }));
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => clone.setUp()));
      assert.deepEqual(
        outcomes.map(({ code }) => code),
        [0, 0, 0, 0, 0],
      );
      assert.deepEqual(outcomes.flatMap(steps), [COMPILE]);
      assert.equal(clone.has(LOCK), false);
    });
  });
});

/** The npm that a set-up has started, as its lock names it; it leads a process group. */
function npmOf(clone: SmallClone): number {
  const { child } = JSON.parse(clone.read(LOCK)) as { child: number };
  return child;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}
