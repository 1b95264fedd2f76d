import assert from 'node:assert/strict';
import { eachAtOnce } from './at-once.js';

const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

describe('work on several things at once', () => {
  it('works on all of them, no more at a time than it may', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await eachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await pause();
      running -= 1;
      done.push(item);
    });
    assert.deepEqual(done.toSorted(), [1, 2, 3, 4, 5, 6, 7]);
    assert.equal(most, 3);
  });

  it('begins nothing more after an error, and waits for what is under way', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const failure = new Error('no');
    await assert.rejects(
      eachAtOnce([1, 2, 3, 4, 5, 6], 2, async (item) => {
        begun.push(item);
        await pause();
        if (item === 3) throw failure;
        await pause();
        ended.push(item);
      }),
      failure,
    );
    assert.deepEqual(begun, [1, 2, 3, 4]);
    assert.deepEqual(ended, [1, 2, 4]);
  });

  it('has nothing to do with nothing', async () => {
    await eachAtOnce([], 4, () => Promise.reject(new Error('called')));
  });
});
