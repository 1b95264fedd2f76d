import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sharedEnds } from './shared-ends.js';

describe('shared ends of texts', () => {
  it('are whole lines that all texts have, and do not overlap', () => {
    const text = fc
      .array(fc.constantFrom('a\n', 'b\n', '\n', 'long line '.repeat(600), 'c'), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), text, text, (middles, before, after) => {
        const texts = middles.map((middle) => before + middle + after);
        const [first = '', ...others] = texts;
        const { head, tail } = sharedEnds(first, ...others);
        for (const one of texts) {
          assert.ok(head + tail <= one.length);
          assert.equal(one.slice(0, head), first.slice(0, head));
          assert.equal(one.slice(one.length - tail), first.slice(first.length - tail));
          assert.ok(head === 0 || one[head - 1] === '\n');
          assert.ok(tail === 0 || one[one.length - tail - 1] === '\n');
        }
        // What the texts were made to share at the beginning is found.
        assert.ok(head >= before.lastIndexOf('\n') + 1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are found at once in large texts', () => {
    const text = 'a line of an ordinary length\n'.repeat(400_000);
    const started = performance.now();
    const { head, tail } = sharedEnds(`${text}x\n${text}`, `${text}y\nz\n${text}`);
    assert.deepEqual([head, tail], [text.length, text.length]);
    assert.ok(performance.now() - started < 1_000);
  });
});
