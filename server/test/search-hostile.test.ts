/** Queries that mean harm, or that somebody's cat has typed: each is searched, none is an error. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { push } from './documents-client.js';
import { getSearch, search, searchNames } from './search-client.js';
import { startServer, type TestServer } from './test-server.js';

const LONGEST = 8192;

const QUERIES: readonly string[] = [
  ' ',
  '*',
  '**',
  '-',
  '--',
  '"',
  '""',
  '" "',
  "'",
  '(',
  ')',
  '()',
  '(((((',
  ')(',
  'a)',
  '(a',
  ':',
  '::',
  'name:',
  'tag:',
  'type:',
  'after:',
  'before:',
  'after:never',
  'type:type',
  'tag:"',
  'OR',
  'AND',
  'NOT',
  'OR OR',
  'a OR',
  'OR a',
  'a AND',
  'NOT a',
  'a NOT b',
  '- a',
  '-a',
  '-(a OR b)',
  '-tag:x',
  '--a',
  '-"a b"',
  '"a',
  'a"',
  '"a""b"',
  'NEAR(a b)',
  'NEAR(a b, 5)',
  'NEAR(',
  '^a',
  'a^2',
  'body:a',
  'filters:any',
  'filters : any',
  '{name tags}:a',
  '{name}:',
  'rowid:1',
  'a + b',
  '"a" + "b"',
  'a*b*',
  '*a',
  'a -*',
  'rank',
  "'; DROP TABLE documents; --",
  '1 OR 1=1',
  'UNION SELECT * FROM sqlite_master',
  '\\',
  '\\"',
  '%',
  '_',
  '%00',
  'a\u0000b',
  '\u0000',
  '\u0001\u0002',
  '\ufeff',
  '\u202eabc',
  '\ud83d',
  '😀',
  '😀*',
  '"😀 😀"',
  '設',
  '設*',
  '-設計',
  'e\u0301',
  'İ',
  'ﬁ',
  '١٢٣',
  'null',
  'undefined',
  'true',
  '{"q":"a"}',
  '[1,2]',
  '<script>alert(1)</script>',
  'http://example.com/?a=b&c=d#e',
  '../../etc/passwd',
  'a\nb\r\nc\td',
  '"'.repeat(LONGEST),
  '"'.repeat(LONGEST - 1),
  '('.repeat(LONGEST),
  '*'.repeat(LONGEST),
  '-'.repeat(LONGEST),
  'a'.repeat(LONGEST),
  'a '.repeat(LONGEST / 2),
  'a* '.repeat(LONGEST / 4),
  'OR '.repeat(LONGEST / 4),
  'a OR '.repeat(LONGEST / 8),
  '-a '.repeat(LONGEST / 4),
  '(a '.repeat(LONGEST / 4),
  'NEAR('.repeat(LONGEST / 8),
  'tag:a '.repeat(LONGEST / 8),
  '-tag:a '.repeat(LONGEST / 8),
  '"a b" '.repeat(LONGEST / 8),
  `${'(-'.repeat(100)}a${')'.repeat(100)}`,
  Array.from({ length: 1500 }, (_, index) => `w${index}`).join(' '),
  Array.from({ length: 1000 }, (_, index) => `w${index}`).join('_'),
  Array.from({ length: 800 }, (_, index) => `tag:t${index}`).join(' '),
  Array.from({ length: 800 }, (_, index) => `tag:t${index}`).join(' OR '),
];

describe('a hostile search', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
    await push(server, 'a b and c', { name: 'Plain', tags: 'x,y' });
    await push(server, 'something else', { name: 'Other', tags: 'y' });
  });
  after(() => server.close());

  it('is answered, whatever it is, with and without fuzzy', async () => {
    for (const q of QUERIES.map((whole) => whole.slice(0, LONGEST))) {
      for (const fuzzy of ['true', 'false', undefined]) {
        const form = `q=${escaped(q)}${fuzzy === undefined ? '' : `&fuzzy=${fuzzy}`}`;
        const response = await request(server.url).get(`/search?${form}`);
        // Characters that need three bytes each in an address make it longer than the server reads.
        const tooLong = form.length > 15_000;
        const shown = JSON.stringify(q.slice(0, 40));
        assert.ok(response.status === 200 || (tooLong && response.status === 431), `${response.status} for ${shown}`);
      }
    }
    assert.deepEqual(await searchNames(server, 'something'), ['Other']);
  });

  it('may be for filters alone', async () => {
    assert.deepEqual(await searchNames(server, '', { tags: 'x' }), ['Plain']);
    assert.deepEqual(await searchNames(server, ''), []);
  });

  it('is answered in every order', async () => {
    for (const q of ['-x', 'a OR tag:y', '"a', '*', 'tag:y']) {
      for (const sort of ['uploaded_at', 'updated_at', 'name', 'size']) {
        for (const order of ['asc', 'desc']) await search(server, q, { sort, order });
      }
    }
  });

  it('is refused when it is longer', async () => {
    assert.equal((await getSearch(server, { q: 'a'.repeat(LONGEST + 1) })).status, 400);
  });

  it('reaches no column and no operator of the database', async () => {
    for (const q of ['filters:any', 'NEAR(something else)', '{body}:something', 'rowid:*']) {
      const names = await searchNames(server, q, { fuzzy: false });
      assert.ok(names.length === 0, `${q} finds ${names.join()}`);
    }
  });
});

/** Lone surrogates, which cannot stand in an address, as the bytes that they would be. */
function escaped(q: string): string {
  return q.isWellFormed() ? encodeURIComponent(q) : '%ED%A0%BD';
}
