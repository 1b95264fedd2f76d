import assert from 'node:assert/strict';
import { resolvedWords, STDIN_ARGUMENT } from './words.js';

describe('words of a command line', () => {
  for (const [words, resolved] of [
    [
      ['edit', 'doc_1', '--append', '- one more'],
      ['edit', 'doc_1', '--append=- one more'],
    ],
    [
      ['--replace', '- [ ] a', '--with', '- [x] a'],
      ['--replace=- [ ] a', '--with=- [x] a'],
    ],
    [
      ['--section', '-', '--text', '-'],
      ['--section=-', '--text=-'],
    ],
    [['--message', '--- a/file\n+++ b/file'], ['--message=--- a/file\n+++ b/file']],
    [['--description', '-5 degrees'], ['--description=-5 degrees']],
    // Text that does not begin with a dash needs nothing.
    [
      ['--append', 'x', '--base', '3'],
      ['--append', 'x', '--base', '3'],
    ],
    // A value that was forgotten.
    [
      ['--append', '--base', '3'],
      ['--append', '--base', '3'],
    ],
    [
      ['--with', '--format=json'],
      ['--with', '--format=json'],
    ],
    [
      ['--text', '-h'],
      ['--text', '-h'],
    ],
    [['--text'], ['--text']],
    // Values of other options, and short options that there are not.
    [
      ['--name', '-x', '-z'],
      ['--name', '-x', '-z'],
    ],
    [
      ['push', '--', '-draft.md', '--force', '-', 'a.md'],
      ['push', './-draft.md', './--force', '-', 'a.md'],
    ],
    [
      ['--text', '--', '-x'],
      ['--text', './-x'],
    ],
  ] as const) {
    it(`are resolved: ${JSON.stringify(words)}`, () => {
      assert.deepEqual(resolvedWords(words), resolved);
    });
  }

  for (const [words, resolved] of [
    [
      ['doc_1', '- one more'],
      ['doc_1', '--text=- one more'],
    ],
    [
      ['doc_1', '---'],
      ['doc_1', '--text=---'],
    ],
    [
      ['doc_1', '-'],
      ['doc_1', '-'],
    ],
    [
      ['doc_1', '--message', '- why', '--quiet'],
      ['doc_1', '--message=- why', '--quiet'],
    ],
    [
      ['doc_1', '--', '--quiet'],
      ['doc_1', '--text=--quiet'],
    ],
    [
      ['doc_1', '--', 'plain'],
      ['doc_1', 'plain'],
    ],
  ] as const) {
    it(`are resolved where an argument is text: ${JSON.stringify(words)}`, () => {
      assert.deepEqual(resolvedWords(words, 'text'), resolved);
    });
  }

  for (const [words, resolved] of [
    [['-'], [STDIN_ARGUMENT]],
    [
      ['a.md', '-', '--tags', 'x'],
      ['a.md', STDIN_ARGUMENT, '--tags', 'x'],
    ],
    [
      ['--name', 'x', '--', '-', '-x'],
      ['--name', 'x', STDIN_ARGUMENT, './-x'],
    ],
    // The value of an option, as elsewhere.
    [
      ['a.md', '--name', '-'],
      ['a.md', '--name', '-'],
    ],
  ] as const) {
    it(`keeps a lone dash among files: ${words.join(' ')}`, () => {
      assert.deepEqual(resolvedWords(words, undefined, true), resolved);
    });
  }
});
