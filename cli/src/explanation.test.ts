import assert from 'node:assert/strict';
import { type Problem, ProblemError } from '@document-sync/sdk';
import type { ChangeAttempt } from './errors.js';
import { explanationOf } from './explanation.js';

const ID = 'doc_0123456789ab';
const attempt = (more: Partial<ChangeAttempt> = {}): ChangeAttempt => ({
  documentId: ID,
  base: 3,
  onConflict: 'fail',
  ...more,
});

function problem(code: Problem['code'], more: Partial<Problem> = {}): ProblemError {
  const body: Problem = {
    type: 'urn:x',
    title: 'Title',
    status: 412,
    code,
    detail: 'Detail.',
    request_id: 'r',
    ...more,
  };
  return new ProblemError(body, body.status);
}

describe('a document that is at another version by now', () => {
  const mismatch = problem('version_mismatch', {
    current_version: 5,
    current_etag: '"e"',
    detail: 'Not what If-Match names.',
  });

  it('is told with both versions, how to compare them and how to go on', () => {
    const { message, hints, facts } = explanationOf(mismatch, attempt());
    assert.equal(message, 'The document is at version 5 now, not at version 3 any more. Nothing was changed.');
    assert.deepEqual(hints, [
      `See what was changed: \`doc diff ${ID} --from 3 --to 5\`.`,
      'Bring both together and name --base 5, or let the server do it: add --merge.',
    ]);
    assert.deepEqual(facts, { current_version: 5, current_etag: '"e"' });
  });

  it('is told with the reason when a merge was asked for', () => {
    const { message, hints } = explanationOf(mismatch, attempt({ onConflict: 'merge' }));
    assert.equal(message, 'Not what --base names.');
    assert.equal(hints[1], 'Bring both together, and name --base 5.');
  });

  it('is not told to be merged where that cannot be', () => {
    const { hints } = explanationOf(mismatch, attempt({ onConflict: 'never' }));
    assert.doesNotMatch(hints.join(), /--merge/);
    assert.match(hints.join(), /--base 5/);
  });

  it('has no version to compare with when any was good', () => {
    const { message, hints } = explanationOf(mismatch, attempt({ base: 'any', onConflict: 'never' }));
    assert.equal(message, 'The document is at version 5 now. Nothing was changed.');
    assert.equal(hints.length, 1);
  });

  it('is told as far as it is known', () => {
    const { message, hints, facts } = explanationOf(problem('version_mismatch'), attempt());
    assert.equal(message, 'Detail.');
    assert.match(hints.join(), /doc info/);
    assert.equal(facts, undefined);
  });
});

describe('a conflict', () => {
  const side = (text: string) => ({ start_line: 2, line_count: 1, lines: [text] });
  const conflicts = [{ base: side('b'), current: side('c'), yours: side('y') }];
  const conflict = problem('merge_conflict', { current_version: 5, conflicts, conflict_count: 1 });

  it('is shown, with what to do about a file', () => {
    const { message, details, hints, facts } = explanationOf(conflict, attempt({ file: "my report's.md" }));
    assert.equal(message, 'Detail.');
    assert.deepEqual(details, [
      '<<<<<<< current (version 5), line 2',
      'c',
      '||||||| base (version 3), line 2',
      'b',
      '=======',
      'y',
      '>>>>>>> yours, line 2',
    ]);
    assert.deepEqual(hints, [
      `Pull version 5: \`doc pull ${ID} --version 5 --output version-5.md\`.`,
      `Bring both together, then: \`doc update ${ID} 'my report'\\''s.md' --base 5\`.`,
    ]);
    assert.deepEqual(facts, { current_version: 5, conflict_count: 1, conflicts });
  });

  it('is shown, with what to do about stdin or an edit', () => {
    assert.match(
      explanationOf(conflict, attempt({ file: '-' })).hints.join('\n'),
      /--output version-5`\.\n.*<file> --base 5/,
    );
    assert.match(explanationOf(conflict, attempt()).hints.join('\n'), /doc cat .* --version 5`\.\n.*--base 5/);
  });
});

describe('what was found instead', () => {
  const found = { occurrences: 0, lines: [12], suggestions: ['The Queue', '#a-b'] };

  for (const [code, hint] of [
    ['edit_failed', "Did you mean 'The Queue' or '#a-b'?"],
    ['section_not_found', "Did you mean 'The Queue' or '#a-b'?"],
    ['section_ambiguous', "Did you mean 'The Queue' or '#a-b'?"],
  ] as const) {
    it(`is suggested for ${code}, and told to programs`, () => {
      const { hints, facts } = explanationOf(problem(code, { found }));
      assert.equal(hints[0], hint);
      assert.deepEqual(facts, { found });
    });
  }

  it('is not suggested twice, but for anchors, which a shell needs quoted', () => {
    const hints = (suggestion: string): string[] => {
      const detail = `No heading reads "x"; like it: "${suggestion}".`;
      return explanationOf(problem('edit_failed', { detail, found: { ...found, suggestions: [suggestion] } })).hints;
    };
    assert.deepEqual(hints('Tasks'), []);
    assert.deepEqual(hints('#tasks'), ["Did you mean '#tasks'?"]);
  });

  it('is shown as it stands where the server says that it does', () => {
    const detail =
      'Edit 0 (replace): the text to replace occurs nowhere. It is there with other white space or case in line 3: ' +
      'see "found.suggestions", which have it as it stands.';
    const suggested = ['The  queue\n\tlives', 'the queue lives'];
    const told = explanationOf(
      problem('edit_failed', { detail, found: { ...found, suggestions: suggested } }),
      attempt({ editCount: 1 }),
    );
    assert.equal(
      told.message,
      'The text to replace occurs nowhere. It is there with other white space or case in line 3:',
    );
    assert.deepEqual(told.details, ['  | The  queue', '  | \tlives', 'or', '  | the queue lives']);
    assert.deepEqual(told.hints, []);
  });

  it('is told in the words of the command line', () => {
    const told = (detail: string, editCount = 1): string =>
      explanationOf(problem('edit_failed', { detail }), attempt({ editCount })).message;
    assert.equal(told('Edit 0 (replace): it occurs 2 times; or say "all".'), 'It occurs 2 times; or add --all.');
    assert.equal(told('Edit 0 (append): no.', 3), 'Edit 1: no.');
    assert.equal(told('Something else.'), 'Something else.');
  });

  it('is nothing where nothing was found', () => {
    assert.deepEqual(explanationOf(problem('edit_failed', { found: { ...found, suggestions: [] } })).hints, []);
  });
});
