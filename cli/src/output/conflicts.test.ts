import assert from 'node:assert/strict';
import { conflictLines } from './conflicts.js';

const sides = { current: 'current (version 5)', base: 'base (version 3)' };
const lines = (start_line: number, ...text: string[]) => ({ start_line, line_count: text.length, lines: text });

describe('conflicts for people', () => {
  it('look as diff3 shows them, with versions and lines', () => {
    const conflict = {
      base: lines(12, 'The queue lives in memory.'),
      current: lines(13, 'The queue is durable.', 'It is on the disk.'),
      yours: lines(12),
    };
    assert.deepEqual(conflictLines([conflict], 1, sides), [
      '<<<<<<< current (version 5), lines 13-14',
      'The queue is durable.',
      'It is on the disk.',
      '||||||| base (version 3), line 12',
      'The queue lives in memory.',
      '=======',
      '>>>>>>> yours, nothing before line 12',
    ]);
  });

  it('are bounded in lines, in characters and in number', () => {
    const many = { start_line: 1, line_count: 500, lines: Array.from({ length: 100 }, (_, at) => `line ${at}`) };
    const long = lines(1, '😀'.repeat(2000));
    const conflict = { base: long, current: many, yours: lines(1, 'x') };
    const shown = conflictLines(
      Array.from({ length: 20 }, () => conflict),
      31,
      sides,
    );
    assert.ok(shown.length < 150, `${shown.length} lines`);
    assert.equal(shown[21], '… 480 more lines');
    assert.equal(shown[23], `${'😀'.repeat(200)}…`);
    assert.equal(shown.at(-1), '… and 26 more conflicts');
  });

  it('say so when just one more is left', () => {
    const one = { base: lines(1, 'a'), current: lines(1, 'b'), yours: { start_line: 1, line_count: 2, lines: ['c'] } };
    assert.deepEqual(conflictLines([one], 2, sides).slice(-4), [
      'c',
      '… 1 more line',
      '>>>>>>> yours, lines 1-2',
      '… and 1 more conflict',
    ]);
  });

  it('are nothing where there are none', () => {
    assert.deepEqual(conflictLines([], 0, sides), []);
  });
});
