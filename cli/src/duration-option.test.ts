import assert from 'node:assert/strict';
import { parseDuration } from './duration-option.js';
import { UsageError } from './errors.js';

describe('a duration', () => {
  for (const [text, seconds] of [
    ['30s', 30],
    ['90m', 5400],
    ['12h', 43_200],
    ['7d', 604_800],
    ['2w', 1_209_600],
    [' 1d ', 86_400],
  ] as const) {
    it(`can be ${JSON.stringify(text)}`, () => {
      assert.equal(parseDuration(text), seconds);
    });
  }

  for (const text of ['', '7', 'd', '0d', '-1d', '1.5h', '7 d', '7D', '1y', '1d12h', '1234567890s', '7d\n7d']) {
    it(`cannot be ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseDuration(text),
        (error) => error instanceof UsageError && error.message === `"${text}" is no duration.`,
      );
    });
  }
});
