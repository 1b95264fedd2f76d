import assert from 'node:assert/strict';
import { paintedLines } from './matches.js';

describe('painted matches', () => {
  const paint = (match: string): string => `<${match}>`;

  it('stand where their places are, counted in characters', () => {
    assert.deepEqual(paintedLines('a 😀 retry b', [{ start: 4, end: 9 }], paint), ['a 😀 <retry> b']);
    assert.deepEqual(
      paintedLines(
        'one two',
        [
          { start: 0, end: 3 },
          { start: 4, end: 7 },
        ],
        paint,
      ),
      ['<one> <two>'],
    );
    assert.deepEqual(paintedLines('none', [], paint), ['none']);
  });

  it('go over the end of a line', () => {
    assert.deepEqual(paintedLines('ab\r\ncd\n', [{ start: 1, end: 5 }], paint), ['a<b>', '<c>d', '']);
  });

  it('leave nothing that could steer a terminal', () => {
    assert.deepEqual(paintedLines('\u001b[31mred\u202e\tx', [{ start: 5, end: 8 }], paint), [
      '\\x1b[31m<red>\\u202e  x',
    ]);
  });

  it('bear places that overlap or lie outside', () => {
    assert.deepEqual(
      paintedLines(
        'abc',
        [
          { start: 0, end: 2 },
          { start: 1, end: 99 },
        ],
        paint,
      ),
      ['<ab><c>'],
    );
  });
});
