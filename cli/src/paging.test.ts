import assert from 'node:assert/strict';
import { UsageError } from './errors.js';
import { checkedPage, fetchPage } from './paging.js';

const options = (given: Partial<{ limit: number; cursor: string; all: boolean }>) => ({
  limit: undefined,
  cursor: undefined,
  all: false,
  ...given,
});

describe('pages of a list', () => {
  for (const [given, expected] of [
    [{}, { limit: 50, cursor: undefined }],
    [{ limit: 1000 }, { limit: 1000, cursor: undefined }],
    [
      { limit: 1, cursor: 'abc' },
      { limit: 1, cursor: 'abc' },
    ],
    [{ all: true }, { limit: 1000, cursor: undefined }],
  ] as const) {
    it(`are asked for as ${JSON.stringify(given)} says`, () => {
      assert.deepEqual(checkedPage(options(given), 'versions'), expected);
    });
  }

  for (const given of [
    { limit: 0 },
    { limit: 1001 },
    { limit: 1.5 },
    { limit: NaN },
    { limit: 3, all: true },
    { cursor: 'a', all: true },
  ]) {
    it(`cannot be as ${JSON.stringify(given)} says`, () => {
      assert.throws(() => checkedPage(options(given), 'versions'), UsageError);
    });
  }

  it('are one page, or all in one', async () => {
    const pages = {
      page: async () => ({ items: [3, 2], cursor: 'next' }),
      all: async function* () {
        yield* [3, 2, 1];
      },
    };
    assert.deepEqual(await fetchPage(pages, { limit: 2 }, false), { items: [3, 2], cursor: 'next' });
    assert.deepEqual(await fetchPage(pages, { limit: 1000 }, true), { items: [3, 2, 1] });
  });
});
