import assert from 'node:assert/strict';
import fc from 'fast-check';
import { orderMoves } from './move-order.js';

describe('the order of moves', () => {
  it('opens a circle by moving one file aside', () => {
    const [ab, ba] = [
      { from: 'a', path: 'b' },
      { from: 'b', path: 'a' },
    ] as const;
    assert.deepEqual(orderMoves([ab, ba]), [
      { move: ab, aside: true },
      { move: ba, aside: false },
      { move: ab, aside: false },
    ]);
  });

  it('never moves a file over another one, and takes every file where it belongs', () => {
    const names = fc.constantFrom(...'abcdefgh');
    const moves = fc
      .tuple(fc.uniqueArray(names, { maxLength: 8 }), fc.shuffledSubarray([...'abcdefgh'], { minLength: 8 }))
      .map(([from, to]) => from.map((name, index) => ({ from: name, path: to[index] ?? '' })))
      // A path that stays is no target.
      .map((list) => list.filter(({ from, path }) => from !== path))
      .filter((list) => list.every(({ path }) => list.some(({ from }) => from === path) || !'abcd'.includes(path)));
    fc.assert(
      fc.property(moves, (list) => {
        const files = new Map(list.map(({ from }) => [from, `content of ${from}`]));
        const asides = new Map<string, string>();
        for (const { move, aside } of orderMoves(list)) {
          const from = asides.get(move.from) ?? move.from;
          const to = aside ? `${move.from} aside` : move.path;
          if (aside) asides.set(move.from, to);
          assert.ok(files.has(from) && !files.has(to), `${from} → ${to}`);
          files.set(to, files.get(from) ?? '');
          files.delete(from);
        }
        assert.deepEqual(files, new Map(list.map(({ from, path }) => [path, `content of ${from}`])));
      }),
    );
  });
});
