import assert from 'node:assert/strict';
import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { INDEX_COLUMNS } from '../../db/index.js';
import { indexText, termsOf } from '../entry.js';
import { filterTerms } from '../filter-terms.js';
import { toExpression } from './expression.js';
import type { Expansions } from './nodes.js';
import { parseQuery } from './parser.js';

interface Sample {
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly text: string;
  readonly type?: string;
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  camel: { text: 'Call parseConfig before anything.' },
  snake: { text: 'parse_config = 1' },
  split: { text: 'config that we parse' },
  flag: { text: 'Run it with --dry-run first.' },
  version: { text: 'Since v1.2.3 that works.' },
  later: { text: 'Since v1.2.4 that works.' },
  path: { text: 'See src/http/router.ts for it.' },
  languages: { text: 'Written in C++, not in C#.' },
  retries: { text: 'Retries back off.', tags: ['design', 'two words'] },
  named: { name: 'Retry policy', text: 'nothing here', type: 'application/pdf' },
  tokyo: { text: '東京都に住む' },
  accents: { text: 'Ärger mit naïve Straße' },
  utf: { text: 'as utf-8, please: configuration' },
};

/** An FTS5 table as a tenant's is, with the samples in it. */
function openIndex(): { find: (expression: string) => string[]; close: () => void } {
  const database = new BetterSqlite3(':memory:');
  database.exec(
    `CREATE VIRTUAL TABLE entries USING fts5(${INDEX_COLUMNS.join(', ')}, content='', contentless_delete=1, tokenize='ascii')`,
  );
  const insert = database.prepare(
    `INSERT INTO entries(rowid, ${INDEX_COLUMNS.join(', ')}) VALUES (?, ${INDEX_COLUMNS.map(() => '?').join(', ')})`,
  );
  const names = Object.keys(SAMPLES);
  for (const [index, { name = '', tags = [], text, type = 'text/markdown' }] of Object.values(SAMPLES).entries()) {
    const { headings, body, compounds } = indexText(text, '');
    insert.run(
      index + 1,
      termsOf(name),
      termsOf(tags.join('\n')),
      '',
      headings,
      body,
      compounds,
      filterTerms(tags, type),
    );
  }
  const select = database.prepare('SELECT rowid FROM entries WHERE entries MATCH ? ORDER BY rowid').pluck();
  return {
    find: (expression) => (select.all(expression) as number[]).map((rowid) => names[rowid - 1] ?? ''),
    close: () => database.close(),
  };
}

const FINDS: readonly (readonly [q: string, found: readonly string[]])[] = [
  ['parseConfig', ['camel', 'snake']],
  ['parse_config', ['camel', 'snake']],
  ['parseconfig', ['camel', 'snake']],
  ['parse config', ['camel', 'snake', 'split']],
  ['--dry-run', ['flag']],
  ['dryrun', ['flag']],
  ['v1.2.3', ['version']],
  ['router.ts', ['path']],
  ['src/http/router.ts', ['path']],
  ['C++', ['languages']],
  ['c#', ['languages']],
  ['retry', ['retries', 'named']],
  ['retries -policy', ['retries']],
  ['name:retries', ['named']],
  ['"back off"', ['retries']],
  ['"off back"', []],
  ['tag:design', ['retries']],
  ['tag:"two words"', ['retries']],
  ['tag:two', []],
  ['words', ['retries']],
  ['type:pdf', ['named']],
  ['東京', ['tokyo']],
  ['東京都', ['tokyo']],
  ['京', ['tokyo']],
  ['京東', []],
  ['arger strasse', ['accents']],
  ['utf8', ['utf']],
  ['utf-8', ['utf']],
  ['configurat*', ['utf']],
  ['conf*', ['camel', 'snake', 'split', 'utf']],
  ['design', ['retries']],
  ['any', []],
];

describe('the expression of a query', () => {
  const index = openIndex();
  after(() => {
    index.close();
  });
  const find = (q: string, expansions?: Expansions): string[] => {
    const { node } = parseQuery(q);
    const expression = node && toExpression(node, expansions);
    return expression === undefined ? [] : index.find(expression);
  };

  for (const [q, found] of FINDS) {
    it(`finds what is meant: ${q}`, () => {
      const expansions = q === 'configurat*' ? new Map([['configurat', ['configuration']]]) : undefined;
      assert.deepEqual(find(q, expansions), found);
    });
  }

  it('finds all but what is not wanted', () => {
    assert.equal(find('-retry').length, Object.keys(SAMPLES).length - 2);
    assert.deepEqual(find('(parseConfig OR retry) -tag:design -snake'), ['camel', 'snake', 'named']);
  });

  it('takes words for others, also for a part of an identifier', () => {
    const expansions = new Map([
      ['confg', ['config']],
      ['retreis', ['retries']],
    ]);
    assert.deepEqual(find('retreis', expansions), ['retries', 'named']);
    assert.deepEqual(find('parse_confg', expansions), ['camel', 'snake', 'split']);
  });

  it('is one that the database can read, whatever was typed', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            'NEAR(',
            '^',
            '{a b}:',
            ' + ',
            '*',
            '"',
            "'",
            ';',
            '--',
            'DROP TABLE',
            '\0',
            'OR',
            'NOT',
            '-',
            '(',
            ')',
            'x',
            '漢',
            '§any',
            'tag:',
            'name:',
            ' ',
          ),
          { maxLength: 30 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, (q) => {
        find(q);
      }),
      { numRuns: 1500 },
    );
  });
});
