import assert from 'node:assert/strict';
import { globOf } from './index.js';

describe('a word of a command line', () => {
  for (const [word, folder, maxDepth, meant, notMeant] of [
    ['docs/**/*.md', 'docs', Infinity, ['a.md', 'b/c/d.md'], ['a.txt', '.hidden/a.md', '.a.md']],
    ['*.md', '.', 1, ['a.md'], ['b/a.md', '.a.md']],
    ['../x/{a,b}.md', '../x', 1, ['a.md', 'b.md'], ['c.md']],
    ['/srv/docs/202?-*', '/srv/docs', 1, ['2026-x'], ['2026-x/y']],
    ['/*.md', '/', 1, ['a.md'], []],
    ['docs/*/a[12].md', 'docs', 2, ['x/a1.md'], ['x/a3.md', 'a1.md']],
    ['docs/.*', 'docs', 1, ['.env'], ['env']],
  ] as const) {
    it(`is a glob: ${word}`, () => {
      const glob = globOf(word);
      assert.deepEqual([glob?.folder, glob?.maxDepth], [folder, maxDepth]);
      for (const path of meant) assert.ok(glob?.matches(path), path);
      for (const path of notMeant) assert.ok(!glob?.matches(path), path);
    });
  }

  for (const word of ['a.md', 'docs/', '-', '.', '', 'what is it', '!a.md']) {
    it(`is none: ${JSON.stringify(word)}`, () => {
      assert.equal(globOf(word), undefined);
    });
  }
});
