import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nextPage, pageStart } from './paging.js';

describe('the pages of a listing', () => {
  it('are followed from one to the next', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (next) => {
        const { Link = '' } = nextPage('/trash', { limit: 7 }, next);
        const [, address = ''] = /^<(.+)>; rel="next"$/.exec(Link) ?? [];
        const { pathname, searchParams } = new URL(address, 'http://localhost');
        assert.equal(pathname, '/trash');
        assert.deepEqual([...searchParams.keys()], ['limit', 'cursor']);
        assert.match(searchParams.get('cursor') ?? '', /^[A-Za-z0-9_-]{1,128}$/);
        assert.equal(pageStart(searchParams.get('cursor') ?? ''), next);
      }),
    );
  });

  it('end without a link, and begin without a cursor', () => {
    assert.deepEqual(nextPage('/trash', { limit: 7 }, undefined), {});
    assert.equal(pageStart(undefined), undefined);
  });

  it('keep the query: what was given, as it was given, and nothing else', () => {
    const { Link = '' } = nextPage('/documents', { name: 'a&b=c>; x', tags: 'ä,b c', limit: undefined, x: '' }, 0);
    const { searchParams } = new URL(/^<(.+)>/.exec(Link)?.[1] ?? '', 'http://localhost');
    assert.deepEqual(Object.fromEntries(searchParams), { name: 'a&b=c>; x', tags: 'ä,b c', cursor: 'MA' });
    // Whoever reads the header finds its end by these.
    assert.doesNotMatch(Link.slice(1).replace('>; rel="next"', ''), /[<>"\s]/);
  });

  const encode = (text: string): string => Buffer.from(text).toString('base64url');
  for (const cursor of [
    'x',
    '-',
    encode(''),
    encode('-1'),
    encode('1.5'),
    encode('1e3'),
    encode('0x10'),
    encode(' 1'),
    encode('Infinity'),
    encode('9007199254740992'),
    encode('12345678901234567'),
    encode('1; DROP TABLE'),
    'A'.repeat(128),
  ]) {
    it(`do not start at ${JSON.stringify(cursor.slice(0, 40))}`, () => {
      assert.throws(() => pageStart(cursor), { code: 'validation_failed', status: 400, message: /query\.cursor/ });
    });
  }
});
