import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { foldedPath, mistakeInPath, parentsOf, pathBeside } from './document-path.js';

describe('a path in a synced folder', () => {
  const refused = [
    ...['', '/', '/etc/passwd', '../x', 'a/../../x', 'a/..', '..', './x', 'a/./b', 'a//b', 'a/', '//server/share'],
    ...['C:x', 'C:/x', 'c:\\x', 'a\\b', '\\\\server\\share', 'a\nb', 'a\u0000', 'a\u2028b', '\u001b[2Jx', ' /x', 'x/ '],
    ...['docs.lock', 'DOCS.LOCK', 'docs.lock.', '.doc-sync/x', '.DOC-SYNC/x', '.doc-sync'],
    ...[
      '.git',
      '.git/config',
      'a/.git/hooks/x',
      '.GIT/config',
      '.git./config',
      '.git /config',
      '.g\u200cit/config',
      'git~1/x',
    ],
    ...['.gitignore', '.docignore', 'a/.docignore', '.DocIgnore', 'x'.repeat(256), 'a/'.repeat(300)],
  ];
  for (const name of refused) {
    it(`is not ${JSON.stringify(name.slice(0, 30))}`, () => {
      assert.notEqual(mistakeInPath(name, 'linux'), undefined);
    });
  }

  for (const name of [
    'a',
    'a.md',
    'a b/ü (2).md',
    '.hidden',
    '.github/x.yml',
    'docs/docs.lock',
    'con.md',
    '...',
    'a..b',
    '日本/語',
  ]) {
    it(`may be ${JSON.stringify(name)}`, () => {
      assert.equal(mistakeInPath(name, 'linux'), undefined);
    });
  }

  it('is none of the names that Windows keeps for itself, there', () => {
    assert.equal(mistakeInPath('a/NUL.txt', 'win32'), 'cannot be written on Windows');
  });

  it('never leads out of the folder, whatever is accepted', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', 'C:', '.git'), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        const name = parts.join('/');
        fc.pre(mistakeInPath(name) === undefined);
        assert.equal(path.posix.join('/folder', name), `/folder/${name}`);
        assert.equal(path.posix.normalize(name), name);
      }),
    );
  });

  it('is compared as file systems do', () => {
    assert.equal(foldedPath('Docs/\u00c9a.md'), foldedPath('docs/e\u0301A.md'));
    assert.notEqual(foldedPath('a.md'), foldedPath('b.md'));
  });

  it('goes through folders', () => {
    assert.deepEqual(parentsOf('a/b/c.md'), ['a', 'a/b']);
    assert.deepEqual(parentsOf('c.md'), []);
  });

  it('has others beside it, with a remark and a number where that is taken, and never too long', () => {
    const taken = new Set(['docs/a (copy).md', 'docs/a (copy 2).md']);
    assert.equal(
      pathBeside('docs/a.md', 'copy', (name) => taken.has(name)),
      'docs/a (copy 3).md',
    );
    assert.equal(
      pathBeside('.hidden', 'copy', () => false),
      '.hidden (copy)',
    );
    for (const long of [`${'ü'.repeat(125)}.md`, `${'d/'.repeat(200)}${'n'.repeat(100)}.md`]) {
      assert.equal(mistakeInPath(pathBeside(long, 'conflict from server v12', () => false)), undefined);
    }
  });
});
