import assert from 'node:assert/strict';
import { targetPaths } from './target-paths.js';

let made = 0;
const document = (name: string, original_filename: string, uploaded_at = '2026-11-23T10:30:00.000Z') => {
  made += 1;
  const document_id = `doc_${String(made).padStart(12, '0')}`;
  return { document_id, name, original_filename, uploaded_at };
};

/** Where documents of these names and file names are put, in their order; ids are shown as their numbers from 1 on. */
function pathsOf(...named: [name: string, file: string][]): string[] {
  made = 0;
  const documents = named.map(([name, file]) => document(name, file));
  const paths = targetPaths(documents);
  return documents.map(({ document_id }) => (paths.get(document_id) ?? '').replace(/doc_0+/g, '#'));
}

describe('the places of pulled documents', () => {
  for (const [name, file, expected] of [
    ['System Architecture', 'architecture.md', 'architecture.md'],
    ['docs/a.md', 'a.md', 'docs/a.md'],
    ['docs/deep/er/ä b.md', 'ä b.md', 'docs/deep/er/ä b.md'],
    ['docs/a.md', 'b.md', 'b.md'],
    ['Plan A/B', 'plan.md', 'plan.md'],
    ['../../etc/passwd', 'passwd', 'passwd'],
    ['/etc/passwd', 'passwd', 'passwd'],
    ['a//passwd', 'passwd', 'passwd'],
    ['a/./passwd', 'passwd', 'passwd'],
    ['..', '..', 'document'],
    ['x', '../../escaped', '.._.._escaped'],
    ['a/..\\..\\b', '..\\..\\b', 'a/.._.._b'],
    ['.git/hooks/post-checkout', 'post-checkout', '_.git/hooks/post-checkout'],
    ['sub/.GIT/config', 'config', 'sub/_.GIT/config'],
    ['.g\u200cit/config', 'config', '_.g\u200cit/config'],
    ['git~1/config', 'config', '_git~1/config'],
    ['con/a.md', 'a.md', '_con/a.md'],
    ['a\nb/c.md', 'c.md', 'a_b/c.md'],
    ['docs/.gitignore', '.gitignore', 'docs/.gitignore'],
  ] as const) {
    it(`${JSON.stringify(name)} with the file ${JSON.stringify(file)}: ${expected}`, () => {
      assert.deepEqual(pathsOf([name, file]), [expected]);
    });
  }

  it('differ, also for file systems that see no difference', () => {
    assert.deepEqual(pathsOf(['one', 'a.md'], ['two', 'a.md'], ['three', 'A.md']), ['a.md', 'a (#2).md', 'A (#3).md']);
    assert.deepEqual(pathsOf(['x', 'ré.md'], ['y', 're\u0301.md']), ['ré.md', 're\u0301 (#2).md']);
    assert.deepEqual(pathsOf(['x', 'straße'], ['y', 'STRASSE']), ['straße', 'STRASSE (#2)']);
    assert.deepEqual(pathsOf(['docs/a', 'a'], ['Docs/A', 'A']), ['docs/a', 'Docs/A (#2)']);
  });

  it('leave folders their names', () => {
    assert.deepEqual(pathsOf(['a', 'a'], ['a/b', 'b'], ['A/b/c', 'c']), ['a (#1)', 'a/b (#2)', 'A/b/c']);
  });

  it('are not met by a name that looks like one with an id', () => {
    const paths = pathsOf(['x', 'a (doc_000000000003).md'], ['y', 'a.md'], ['z', 'a.md']);
    assert.equal(new Set(paths).size, 3);
    assert.equal(paths[2], 'a (#3-1).md');
  });

  it('stay when younger documents come', () => {
    const old = document('x', 'a.md', '2026-11-01T00:00:00.000Z');
    const young = document('y', 'a.md', '2026-11-02T00:00:00.000Z');
    const paths = targetPaths([young, old]);
    assert.equal(paths.get(old.document_id), 'a.md');
    assert.equal(paths.get(young.document_id), `a (${young.document_id}).md`);
  });

  it('are not too long for a file system, with an id either', () => {
    const long = `${'ü'.repeat(125)}.md`;
    const paths = pathsOf(['x', long], ['y', long]);
    assert.equal(new Set(paths).size, 2);
    for (const path of paths) assert.ok(Buffer.byteLength(path) <= 255);
    assert.match(paths[1] ?? '', /\(#2\)\.md$/);
  });

  it('are different for many documents of one name', () => {
    const documents = Array.from({ length: 2000 }, () => document('same', 'same.md'));
    const paths = targetPaths(documents);
    assert.equal(new Set([...paths.values()].map((path) => path.toLowerCase())).size, 2000);
  });
});
