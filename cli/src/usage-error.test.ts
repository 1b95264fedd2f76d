import assert from 'node:assert/strict';
import { usageErrorOf } from './usage-error.js';

const line = (...words: string[]) => ({ call: 'doc query', words, optionNames: ['name', 'tags', 'limit', 'format'] });

describe('what yargs found wrong', () => {
  for (const [message, words, expected] of [
    ['Unknown argument: nmae', ['--nmae', 'x'], 'Unknown option --nmae. Did you mean --name?'],
    ['Unknown argument: nmae', ['--nmae=x'], 'Unknown option --nmae. Did you mean --name?'],
    ['Unknown argument: colour', ['--colour'], 'Unknown option --colour.'],
    ['Unknown arguments: z, more', ['-z', 'more'], 'Unknown option -z.\nThere is an argument too many: more'],
    ['Unknown command: qery', ['qery'], 'Unknown command qery. Did you mean query?'],
    ['Unknown commands: psh, x', ['psh', 'x'], 'Unknown command psh. Did you mean push?'],
    ['Unknown command: fly', ['fly'], 'Unknown command fly.'],
    ['Not enough non-option arguments: got 0, need at least 1', [], 'Something is missing after `doc query`.'],
    ['Missing required argument: name', [], '--name is missing.'],
    ['Missing required arguments: name, tags', [], '--name and --tags are missing.'],
    ['Not enough arguments following: limit', ['--limit'], '--limit needs a value.'],
    [
      'Invalid values:\n  Argument: format, Given: "yaml", Choices: "table", "json"',
      ['--format=yaml'],
      '--format cannot be "yaml". Choose one of "table", "json".',
    ],
    [
      'Invalid values:\n  Argument: shell, Given: "tcsh", Choices: "bash", "zsh"',
      ['tcsh'],
      'shell cannot be "tcsh". Choose one of "bash", "zsh".',
    ],
    ['Something new', [], 'Something new.'],
  ] as const) {
    it(`is said in plain words: ${expected.split('\n', 1)[0] ?? ''}`, () => {
      const error = usageErrorOf(message, line(...words));
      assert.equal(error.message, expected);
      assert.equal(error.hint, 'See `doc query --help`.');
    });
  }
});
