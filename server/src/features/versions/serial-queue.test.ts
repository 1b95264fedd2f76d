import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SerialQueue } from './serial-queue.js';

describe('SerialQueue', () => {
  let queue: SerialQueue;
  let log: string[];
  beforeEach(() => {
    queue = new SerialQueue();
    log = [];
  });

  async function work(name: string, turns = 3): Promise<string> {
    log.push(`${name} begins`);
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    log.push(`${name} ends`);
    return name;
  }

  it('runs what concerns the same thing one after the other, in order, and gives each its result', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const results = await Promise.all(names.map((name, index) => queue.run('key', () => work(name, 5 - index))));
    assert.deepEqual(results, names);
    assert.deepEqual(
      log,
      names.flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });

  it('runs what concerns other things at the same time', async () => {
    await Promise.all([queue.run('one', () => work('a')), queue.run('two', () => work('b'))]);
    assert.deepEqual(log, ['a begins', 'b begins', 'a ends', 'b ends']);
  });

  it('goes on after a failure, which stays with whom it belongs to', async () => {
    const failing = queue.run('key', async () => {
      await work('a');
      throw new Error('no');
    });
    const thrown = queue.run('key', () => {
      log.push('b throws at once');
      throw new Error('never');
    });
    const third = queue.run('key', () => work('c'));
    await assert.rejects(failing, /no/);
    await assert.rejects(thrown, /never/);
    assert.equal(await third, 'c');
    assert.deepEqual(log, ['a begins', 'a ends', 'b throws at once', 'c begins', 'c ends']);
  });

  it('survives work that throws before it has waited for anything, with nobody before it', async () => {
    await assert.rejects(
      queue.run('key', () => {
        throw new Error('at once');
      }),
      /at once/,
    );
    assert.equal(await queue.run('key', () => work('next')), 'next');
  });

  it('takes up what is added while something runs', async () => {
    const first = queue.run('key', async () => {
      await nextTurn();
      void queue.run('key', () => work('added'));
      return work('first');
    });
    await first;
    await queue.run('key', () => work('last'));
    assert.deepEqual(log, ['first begins', 'first ends', 'added begins', 'added ends', 'last begins', 'last ends']);
  });
});
