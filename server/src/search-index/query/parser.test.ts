import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { QueryNode } from './nodes.js';
import { parseQuery } from './parser.js';

/** A tree in a line: `and(a, or("b c", -d), tag=x)`. */
function shown(node: QueryNode | undefined): string {
  if (!node) return '';
  switch (node.type) {
    case 'word':
      return `${node.field ? `${node.field}:` : ''}${node.text}${node.prefix ? '*' : ''}`;
    case 'phrase':
      return `${node.field ? `${node.field}:` : ''}"${node.text}"${node.prefix === true ? '*' : ''}`;
    case 'tag':
      return `tag=${node.tag}`;
    case 'media_type':
      return `type=${node.media_type}`;
    case 'not':
      return `-${shown(node.node)}`;
    default:
      return `${node.type}(${node.nodes.map(shown).join(', ')})`;
  }
}

const QUERIES: readonly (readonly [q: string, tree: string])[] = [
  ['retry', 'retry'],
  ['retry policy', 'and(retry, policy)'],
  ['a AND b', 'and(a, b)'],
  ['a or b', 'and(a, or, b)'],
  ['a OR b c', 'or(a, and(b, c))'],
  ['a | b', 'or(a, b)'],
  ['(a OR b) c', 'and(or(a, b), c)'],
  ['"back off"', '"back off"'],
  ['“back off” c', 'and("back off", c)'],
  ['"a phr"*', '"a phr"*'],
  ['conf*', 'conf*'],
  ['-draft retry', 'and(-draft, retry)'],
  ['NOT draft', '-draft'],
  ['-"a b" -tag:x', 'and(-"a b", -tag=x)'],
  ['--dry-run', '--dry-run'],
  ['a - b', 'and(a, b)'],
  ['tag:design name:arch', 'and(tag=design, name:arch)'],
  ['tags:"two words" name:"a b"', 'and(tag=two words, name:"a b")'],
  ['type:markdown type:text/* type:pdf', 'and(type=text/markdown, type=text/*, type=application/pdf)'],
  ['src/http/router.ts http://x/y C:\\a', 'and(src/http/router.ts, http://x/y, C:\\a)'],
  ['f(x) ()', 'f(x)'],
  ['', ''],
  ['* - ( )', ''],
];

/** What cannot be read as a query, and the words that are searched instead. */
const UNREADABLE: readonly (readonly [q: string, tree: string])[] = [
  ['"never closed', 'and(never, closed)'],
  ['(open', 'open'],
  ['close)', 'close'],
  ['a OR', 'a'],
  ['OR', 'OR'],
  ['AND b', 'b'],
  ['(a OR after:2026) b', 'and(a, 2026, b)'],
];

describe('a query', () => {
  for (const [q, tree] of QUERIES) {
    it(`is read: ${q}`, () => {
      const { node, read_as } = parseQuery(q);
      assert.deepEqual([shown(node), read_as], [tree, 'query']);
    });
  }

  for (const [q, tree] of UNREADABLE) {
    it(`is searched as words: ${q}`, () => {
      const { node, read_as } = parseQuery(q);
      assert.deepEqual([shown(node), read_as], [tree, 'words']);
    });
  }

  it('has dates beside its words', () => {
    const { node, ...dates } = parseQuery('retry after:2026-01-31 before:2026-03 after:2025');
    assert.equal(shown(node), 'retry');
    assert.deepEqual(dates, {
      uploaded_after: '2026-01-31T00:00:00.000Z',
      uploaded_before: '2026-03-01T00:00:00.000Z',
      read_as: 'query',
    });
    assert.equal(shown(parseQuery('after:soon').node), '"after soon"');
  });

  it('has no more than 32 words', () => {
    const { node } = parseQuery(Array.from({ length: 100 }, (_, index) => `w${index}`).join(' '));
    assert.ok(node?.type === 'and' && node.nodes.length === 32);
  });

  it('is never an error, and is read quickly, whatever it is', () => {
    const signs = fc.constantFrom(
      '"',
      '(',
      ')',
      '-',
      '*',
      '|',
      ' ',
      'OR',
      'NOT',
      'tag:',
      'after:',
      'a',
      '漢',
      '\0',
      ':',
    );
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 400 }), (parts) => {
        parseQuery(parts.join(''));
      }),
      { numRuns: 500 },
    );
    for (const unit of ['(', ')', '"', '-', '-(', 'a ', '* ', 'OR ', 'a:', 'tag:', '"" ', 'NEAR(', '🚀']) {
      const { user } = process.cpuUsage();
      parseQuery(unit.repeat(Math.ceil(8192 / unit.length)));
      assert.ok(process.cpuUsage().user - user < 200_000, unit);
    }
  });
});
