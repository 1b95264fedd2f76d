import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchesEtag, parseRange } from './conditional.js';

const VALIDATORS = { ETag: '"abc"', 'Last-Modified': 'Mon, 23 Nov 2026 10:30:00 GMT' };

describe('matchesEtag', () => {
  for (const [condition, matches] of [
    [undefined, false],
    ['', false],
    ['"abc"', true],
    ['W/"abc"', true],
    ['*', true],
    [' * ', true],
    ['"x", "abc"', true],
    ['"x" ,\tW/"abc" ', true],
    ['"x", "y"', false],
    ['abc', false],
    ['"ABC"', false],
    ['"abc', false],
  ] as const) {
    it(`${JSON.stringify(condition)} ${matches ? 'matches' : 'does not match'}`, () => {
      assert.equal(matchesEtag(condition, '"abc"'), matches);
    });
  }
});

describe('parseRange', () => {
  const parse = (range: string, size: number, condition?: string) =>
    parseRange({ range, 'if-range': condition }, size, VALIDATORS);

  for (const [range, size, expected] of [
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['bytes=0-9', 10, { start: 0, end: 9 }],
    ['bytes=0-100', 10, { start: 0, end: 9 }],
    ['bytes=9-', 10, { start: 9, end: 9 }],
    ['bytes=0-', 10, { start: 0, end: 9 }],
    ['bytes=-1', 10, { start: 9, end: 9 }],
    ['bytes=-10', 10, { start: 0, end: 9 }],
    ['bytes=-99999999999999999999', 10, { start: 0, end: 9 }],
    ['bytes=3-99999999999999999999', 10, { start: 3, end: 9 }],
    ['Bytes=1-2', 10, { start: 1, end: 2 }],
  ] as const) {
    it(`${range} of ${size} bytes is ${expected.start} to ${expected.end}`, () => {
      assert.deepEqual(parse(range, size), expected);
    });
  }

  for (const [what, range] of [
    ['several ranges', 'bytes=0-1,3-4'],
    ['another unit', 'lines=0-1'],
    ['no unit', '0-1'],
    ['a range backwards', 'bytes=5-1'],
    ['no ends', 'bytes=-'],
    ['negative numbers', 'bytes=--1'],
    ['words', 'bytes=a-b'],
    ['hexadecimal', 'bytes=0x0-0x1'],
    ['nothing', ''],
  ] as const) {
    it(`${what} (${range}) gives the whole content`, () => {
      assert.equal(parse(range, 10), undefined);
    });
  }

  it('no Range header gives the whole content', () => {
    assert.equal(parseRange({}, 10, VALIDATORS), undefined);
    assert.equal(parseRange({ 'if-range': '"abc"' }, 10, VALIDATORS), undefined);
  });

  for (const [range, size] of [
    ['bytes=10-', 10],
    ['bytes=10-20', 10],
    ['bytes=-0', 10],
    ['bytes=0-0', 0],
    ['bytes=0-', 0],
    ['bytes=-1', 0],
    ['bytes=99999999999999999999-', 10],
  ] as const) {
    it(`${range} of ${size} bytes cannot be satisfied, and the answer says how many there are`, () => {
      assert.throws(() => parse(range, size), {
        code: 'range_not_satisfiable',
        status: 416,
        headers: { 'Content-Range': `bytes */${size}` },
      });
    });
  }

  it('never gives anything but a part of the content', () => {
    const number = fc.option(fc.nat(30), { nil: '' });
    fc.assert(
      fc.property(number, number, fc.nat(25), (first, last, size) => {
        let range: ReturnType<typeof parse>;
        try {
          range = parse(`bytes=${first}-${last}`, size);
        } catch (error) {
          assert.equal((error as { status: number }).status, 416);
          return;
        }
        if (range) assert.ok(0 <= range.start && range.start <= range.end && range.end < size);
      }),
    );
  });

  for (const [what, condition, used] of [
    ['the content’s ETag', '"abc"', true],
    ['the content’s date', VALIDATORS['Last-Modified'], true],
    ['another ETag', '"def"', false],
    ['a weak ETag, which says nothing of bytes', 'W/"abc"', false],
    ['another date', 'Mon, 23 Nov 2026 10:30:01 GMT', false],
    ['nonsense', 'x', false],
  ] as const) {
    it(`If-Range with ${what} ${used ? 'gives the range' : 'gives the whole content'}`, () => {
      assert.deepEqual(parse('bytes=1-2', 10, condition), used ? { start: 1, end: 2 } : undefined);
    });
  }

  it('If-Range with other content keeps a range that lies outside from being refused', () => {
    assert.equal(parse('bytes=100-', 10, '"def"'), undefined);
  });
});
