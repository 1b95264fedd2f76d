import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EntryPaths, type PlacedDocument } from './entry-paths.js';

let count = 0;

/** A document called `name`, whose file is called like the end of it unless it is told. */
function named(name: string, original_filename = name.split('/').at(-1) ?? ''): PlacedDocument {
  count += 1;
  return { document_id: `doc_${count.toString(16).padStart(12, '0')}`, name, original_filename };
}

/** The paths that documents of these names get, with `ID` for each one's id. */
function place(...documents: PlacedDocument[]): string[] {
  const paths = new EntryPaths();
  return documents.map((document) => paths.place(document).replaceAll(document.document_id, 'ID'));
}

describe('the paths of an archive', () => {
  it('are the names that are paths, and else the files’ names', () => {
    assert.deepEqual(
      place(named('docs/a.md'), named('System Architecture', 'b.md'), named('c.md'), named('docs/other.md', 'd.md')),
      ['docs/a.md', 'b.md', 'c.md', 'd.md'],
    );
  });

  for (const name of [
    '../../etc/passwd',
    '/etc/passwd',
    'a/../passwd',
    './passwd',
    'a//passwd',
    'C:/passwd',
    ' /passwd',
  ]) {
    it(`are no way out for ${name}`, () => {
      assert.deepEqual(place(named(name)), ['passwd']);
    });
  }

  it('are safe in every part', () => {
    assert.deepEqual(place(named('nul/aux.c/x:y/.git /a\\b.md')), ['_nul/_aux.c/x_y/_.git/a_b.md']);
  });

  it('are no deeper and no longer than anybody can want', () => {
    assert.deepEqual(place(named(`${'a/'.repeat(32)}x.md`)), [`${'a/'.repeat(32)}x.md`]);
    assert.deepEqual(place(named(`${'a/'.repeat(33)}x.md`), named(`${`${'é'.repeat(200)}/`.repeat(3)}y.md`)), [
      'x.md',
      'y.md',
    ]);
  });

  it('get the id where they would meet', () => {
    assert.deepEqual(place(named('a.md'), named('a.md'), named('docs/a.md'), named('docs/a.md')), [
      'a.md',
      'a (ID).md',
      'docs/a.md',
      'docs/a (ID).md',
    ]);
  });

  const same: [what: string, one: string, other: string][] = [
    ['case', 'Readme.md', 'README.MD'],
    ['a letter that is two in upper case', 'straße', 'STRASSE'],
    ['the case of a Greek sigma', 'ΟΔΟΣ', 'οδος'],
    ['the case of a folder', 'Docs/a.md', 'docs/A.md'],
    ['the Unicode form', 'caf\u00e9', 'cafe\u0301'],
    ['trailing dots', 'a.md', 'a.md..'],
    ['what is not allowed', 'a?b', 'a*b'],
  ];
  for (const [what, one, other] of same) {
    it(`get the id where they differ in ${what} alone`, () => {
      const [first = '', second = ''] = place(named(one), named(other));
      assert.doesNotMatch(first, /ID/);
      assert.match(second, /\(ID\)/);
    });
  }

  it('get the id where a file stands in the way of a folder, or a folder in the way of a file', () => {
    assert.deepEqual(place(named('A'), named('a/b.md')), ['A', 'a (ID)/b.md']);
    assert.deepEqual(place(named('a/b.md'), named('A')), ['a/b.md', 'A (ID)']);
    assert.deepEqual(place(named('x/a'), named('X/a/b/c.md'), named('x')), ['x/a', 'X/a (ID)/b/c.md', 'x (ID)']);
  });

  it('get a number besides where somebody has thought of the id before', () => {
    const late = named('a.md');
    const paths = new EntryPaths();
    for (const name of ['a.md', `a (${late.document_id}).md`]) paths.place(named(name));
    assert.equal(paths.place(late), `a (${late.document_id} 2).md`);
    const deep = named('b/c.md');
    for (const name of ['b', `b (${deep.document_id})`]) paths.place(named(name));
    assert.equal(paths.place(deep), `b (${deep.document_id} 2)/c.md`);
  });

  it('find room for the id in a name that is as long as it may be', () => {
    const [, second = ''] = place(named(`${'x'.repeat(252)}.md`), named(`${'x'.repeat(252)}.md`));
    assert.match(second, /^x+ \(ID\)\.md$/);
    assert.equal(Buffer.byteLength(second) - 'ID'.length + 'doc_000000000000'.length, 255);
  });

  it('never meet, whatever the names', () => {
    const segment = fc.constantFrom(
      'a',
      'A',
      'b',
      'a.',
      'con',
      'é',
      'e\u0301',
      '..',
      'a (doc_000000000001)',
      'ß',
      'SS',
    );
    const names = fc.array(fc.array(segment, { minLength: 1, maxLength: 4 }), { maxLength: 30 });
    fc.assert(
      fc.property(names, (all) => {
        const paths = new EntryPaths();
        const files = new Set<string>();
        const folders = new Set<string>();
        for (const name of all) {
          const parts = paths
            .place(named(name.join('/')))
            .normalize('NFD')
            .toUpperCase()
            .split('/');
          const file = parts.join('/');
          assert.ok(!files.has(file) && !folders.has(file), `${file} is there twice`);
          files.add(file);
          for (let depth = 1; depth < parts.length; depth += 1) {
            const folder = parts.slice(0, depth).join('/');
            assert.ok(!files.has(folder), `${folder} is a file and a folder`);
            folders.add(folder);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
