import assert from 'node:assert/strict';
import { findMoves } from './moves.js';

/** Paths with their contents, each a letter. */
type Contents = Record<string, string>;

function moves(base: Contents, files: Contents, remote: Record<string, string> = {}): Record<string, string> {
  const entries = Object.entries(base).map(([at, sha256]) => [at, { document_id: at, version: 1, sha256 }] as const);
  const found = Object.entries(files).map(([at, sha256]) => [at, { sha256, size: 1 }] as const);
  return Object.fromEntries(findMoves(new Map(entries), new Map(found), (id) => remote[id]));
}

describe('moves in a folder', () => {
  const cases: [what: string, base: Contents, files: Contents, expected: Contents][] = [
    ['nothing', { a: 'A' }, { a: 'A' }, {}],
    ['a file that has another path', { a: 'A' }, { b: 'A' }, { a: 'b' }],
    ['a file that was changed as well', { a: 'A' }, { b: 'B' }, {}],
    ['a copy', { a: 'A' }, { a: 'A', b: 'A' }, {}],
    ['a copy of a file that was changed then', { a: 'A' }, { a: 'N', b: 'A' }, {}],
    ['two files that have swapped', { a: 'A', b: 'B' }, { a: 'B', b: 'A' }, { a: 'b', b: 'a' }],
    ['three in a circle', { a: 'A', b: 'B', c: 'C' }, { a: 'C', b: 'A', c: 'B' }, { a: 'b', b: 'c', c: 'a' }],
    ['a chain', { a: 'A', b: 'B' }, { b: 'A', c: 'B' }, { a: 'b', b: 'c' }],
    ['one over another', { a: 'A', b: 'B' }, { b: 'A' }, {}],
    ['a new file where one has moved away', { a: 'A' }, { a: 'N', b: 'A' }, {}],
    ['a folder', { 'x/a': 'A', 'x/b': 'B' }, { 'y/a': 'A', 'y/b': 'B' }, { 'x/a': 'y/a', 'x/b': 'y/b' }],
    [
      'equal files, by their names',
      { 'x/a': 'A', 'x/b': 'A' },
      { 'y/b': 'A', 'y/a': 'A' },
      { 'x/a': 'y/a', 'x/b': 'y/b' },
    ],
    ['one of two equal files', { a: 'A', b: 'A' }, { b: 'A', c: 'A' }, { a: 'c' }],
    ['half a swap', { a: 'A', b: 'B' }, { a: 'B', b: 'N' }, {}],
  ];
  for (const [what, base, files, expected] of cases) {
    it(`are found: ${what}`, () => {
      assert.deepEqual(moves(base, files), expected);
    });
  }

  it('are rather to where the document was moved, too', () => {
    assert.deepEqual(moves({ a: 'A' }, { 'x/a': 'A', other: 'A' }, { a: 'other' }), { a: 'other' });
  });
});
