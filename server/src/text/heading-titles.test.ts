import assert from 'node:assert/strict';
import { headingTitles } from './heading-titles.js';

describe('the titles of headings', () => {
  it('are those of lines that begin with #, without what closes them', () => {
    const text = '# One\r\n\n   ### Two three ###\n####### seven\n#hash\n    # code\nText # no\n## `Four` \n#\n# \n';
    assert.deepEqual(headingTitles(text), ['One', 'Two three', '`Four`']);
  });

  it('are not looked for in fenced blocks', () => {
    const text = '# A\n```sh\n# not\n``` \n## B\n~~~~\n# no\n```\n# no\n~~~\n# no\n~~~~~\n# C\n```\n# never closed\n';
    assert.deepEqual(headingTitles(text), ['A', 'B', 'C']);
  });

  it('takes time as the text is long, whatever stands in it', () => {
    const started = performance.now();
    for (const unit of ['# ', '#', '`', '~~~\n', '# a #', ' ', '\n', '\t#']) {
      headingTitles(unit.repeat(Math.ceil(1_000_000 / unit.length)));
    }
    assert.ok(performance.now() - started < 4000);
  });
});
