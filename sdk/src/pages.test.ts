import assert from 'node:assert/strict';

import { nextCursor } from './pages.js';

describe('nextCursor', () => {
  const cases: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['</documents?limit=50&cursor=NDI5_-MA>; rel="next"', 'NDI5_-MA'],
    ['<http://host:1/base/documents?cursor=abc&tags=a,b>; rel=next', 'abc'],
    ['</documents?cursor=one>; rel="prev", </documents?cursor=two>; title="a, b"; rel="last next"', 'two'],
    ['</documents?cursor=one>; rel="prev"', undefined],
    ['</documents>; rel="next"', undefined],
    ['not a link at all', undefined],
  ];
  for (const [link, expected] of cases) {
    it(`finds ${expected ?? 'none'} in ${link ?? 'no header'}`, () => {
      assert.equal(nextCursor(new Headers(link === undefined ? {} : { link })), expected);
    });
  }
});
