import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UsageError } from '../errors.js';
import { mistakeInPath } from './document-path.js';
import { formatLock, type Lock, type LockEntry, parseLock } from './lock-file.js';

const DIGEST = 'ab'.repeat(32);
const entry = (number: number, version = 1): LockEntry => ({
  document_id: `doc_${String(number).padStart(12, '0')}`,
  version,
  sha256: DIGEST,
});
const lockOf = (...entries: [string, LockEntry][]): Lock => ({
  documents: { tag: 'design' },
  entries: new Map(entries),
});

const TEXT = `# What \`doc sync\` last found equal here and on the server. Commit it; do not edit it.
format 1
tag "design"

"a b.md"
  document doc_000000000001
  version 1
  sha256 ${DIGEST}

"docs/ü.md"
  document doc_000000000002
  version 12
  sha256 ${DIGEST}
`;

describe('docs.lock', () => {
  it('is text with a group of lines for each path, in their order', () => {
    assert.equal(formatLock(lockOf(['docs/ü.md', entry(2, 12)], ['a b.md', entry(1)])), TEXT);
    assert.deepEqual(parseLock(TEXT), lockOf(['a b.md', entry(1)], ['docs/ü.md', entry(2, 12)]));
  });

  it('is read back as it was, whatever the paths', () => {
    const path = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((text) => !mistakeInPath(text));
    fc.assert(
      fc.property(fc.uniqueArray(path), fc.string({ unit: 'binary' }), (paths, tag) => {
        const lock = { documents: { tag }, entries: new Map(paths.map((name, index) => [name, entry(index)])) };
        assert.deepEqual(parseLock(formatLock(lock)).documents, { tag });
        assert.deepEqual([...parseLock(formatLock(lock)).entries].sort(), [...lock.entries].sort());
      }),
    );
  });

  it('names a collection in a format of its own', () => {
    const documents = { collection: 'col_0123456789ab' };
    const { entries } = lockOf(['docs/ü.md', entry(2, 12)], ['a b.md', entry(1)]);
    const text = TEXT.replace('format 1\ntag "design"', 'format 2\ncollection col_0123456789ab');
    assert.equal(formatLock({ documents, entries }), text);
    assert.deepEqual(parseLock(text).documents, documents);
  });

  it('may have gone through an editor or through git', () => {
    assert.deepEqual(parseLock(`\uFEFF${TEXT.replaceAll('\n', '\r\n')}`), parseLock(TEXT));
    assert.deepEqual(parseLock(TEXT.replace('\n\n', '\n# a remark\n\n\n').trimEnd()), parseLock(TEXT));
  });

  const refused: [what: string, text: string, message: RegExp][] = [
    [
      'a merge conflict',
      TEXT.replace('  version 12', '<<<<<<< HEAD\n  version 12\n=======\n  version 13\n>>>>>>> b'),
      /merge conflict.*line 12/,
    ],
    ['another format', TEXT.replace('format 1', 'format 7'), /format 7 \(line 2\)/],
    ['no format', TEXT.replace('format 1\n', ''), /line 2: `format 1`/],
    ['no tag', TEXT.replace('tag "design"\n', ''), /line 4: `tag/],
    ['a collection in the format of tags', TEXT.replace('tag "design"', 'collection col_0123456789ab'), /line 3: `tag/],
    ['a tag in that of collections', TEXT.replace('format 1', 'format 2'), /line 3: `collection col_…`/],
    ['an empty file', '', /`format 1` should be here/],
    [
      'a path twice',
      `${TEXT}\n"a b.md"\n  document doc_000000000003\n  version 1\n  sha256 ${DIGEST}\n`,
      /line 15: "a b.md" is there twice/,
    ],
    [
      'a document twice',
      TEXT.replace('doc_000000000002', 'doc_000000000001'),
      /line 10: doc_000000000001 is that of "a b.md"/,
    ],
    ['a path out of the folder', TEXT.replace('docs/ü.md', '../../etc/passwd'), /line 10: .*leads out of the folder/],
    ['an absolute path', TEXT.replace('docs/ü.md', '/etc/passwd'), /line 10: .*leads out of the folder/],
    ["git's files", TEXT.replace('docs/ü.md', '.git/config'), /line 10: .*git's own/],
    ['a path without quotes', TEXT.replace('"a b.md"', 'a b.md'), /line 5: `a path in quotes`/],
    ['broken quotes', TEXT.replace('"a b.md"', '"a\\q.md"'), /line 5: .*no text in quotes/],
    ['a version that is none', TEXT.replace('version 12', 'version 0'), /line 12: `version N`/],
    ['half a digest', TEXT.replace(`${DIGEST}\n\n`, `${DIGEST.slice(2)}\n\n`), /line 8: `sha256/],
    ['half an entry', TEXT.slice(0, TEXT.indexOf('  version 12')), /line 1[23]: `version N`/],
    ['an id that is none', TEXT.replace('doc_000000000001', 'doc_1'), /line 6: `document doc_…`/],
  ];
  for (const [what, text, message] of refused) {
    it(`is refused with ${what}`, () => {
      assert.throws(
        () => parseLock(text),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
});
