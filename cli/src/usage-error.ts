import leven from 'leven';
import { COMMANDS } from './commands/index.js';
import { UsageError } from './errors.js';
import { hasSecret } from './output/secrets.js';

/** The command line that yargs refused. */
export interface RefusedLine {
  /** How the program or subcommand is called. */
  call: string;
  /** What the person typed after that. */
  words: readonly string[];
  /** The options that there are, without dashes. */
  optionNames: readonly string[];
}

/** Said to who has typed a key where others can see it. */
const KEY_SHOWN =
  'A key has no place on a command line, where others can see it and the shell remembers it: revoke this one, and give doc login the next one on stdin.';

/** Says what yargs found wrong, and what the person may have meant. `message` is what yargs says. */
export function usageErrorOf(message: string, line: RefusedLine): UsageError {
  return new UsageError(inOurWords(message, line), hintFor(line));
}

/** What somebody looks for may well look like an option. */
function hintFor({ call, words }: RefusedLine): string {
  if (words.some(hasSecret)) return KEY_SHOWN;
  const option = / (?:search|context)$/.test(call) && words.find((word) => /^--./.test(word));
  return option
    ? `To look for it, put -- before it: \`${call} -- ${option}\`. Otherwise see \`${call} --help\`.`
    : `See \`${call} --help\`.`;
}

function inOurWords(message: string, line: RefusedLine): string {
  const unknown = /^Unknown (argument|command)s?: (.*)$/s.exec(message);
  if (unknown !== null) {
    const [, kind, names = ''] = unknown;
    return kind === 'command' ? unknownCommand(names, line) : unknownArguments(names, line);
  }
  if (message.startsWith('Not enough non-option arguments')) {
    return `Something is missing after \`${[line.call, ...line.words].join(' ')}\`.`;
  }
  const [, missing] = /^Missing required arguments?: (.*)$/.exec(message) ?? [];
  if (missing !== undefined) {
    const names = missing.split(', ').map((name) => `--${name}`);
    return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} missing.`;
  }
  const [, unvalued] = /^Not enough arguments following: (.*)$/.exec(message) ?? [];
  if (unvalued !== undefined) {
    return `--${unvalued} needs a value.`;
  }
  const [, name, given, choices] = /Argument: (.*), Given: "(.*)", Choices: (.*)$/s.exec(message) ?? [];
  if (name !== undefined) {
    const shown = line.words.some((word) => bare(word.replace(/=.*$/s, '')) === name) ? `--${name}` : name;
    return `${shown} cannot be "${given ?? ''}". Choose one of ${choices ?? ''}.`;
  }
  return /[.:!?]$/.test(message) ? message : `${message}.`;
}

function unknownCommand(names: string, { words }: RefusedLine): string {
  const command = words.find((word) => names.split(', ').includes(word)) ?? names;
  return `Unknown command ${command}.${meant(command, Object.keys(COMMANDS), '')}`;
}

function unknownArguments(names: string, { words, optionNames }: RefusedLine): string {
  const options = words.filter((word) => word.startsWith('-')).map((word) => word.replace(/=.*$/s, ''));
  const complaints = names.split(', ').map((name) => {
    const option = options.find((word) => bare(word) === name);
    return option === undefined
      ? `There is an argument too many: ${name}`
      : `Unknown option ${option}.${meant(name, optionNames, '--')}`;
  });
  return [...new Set(complaints)].join('\n');
}

function bare(word: string): string {
  return word.replace(/^--?/, '');
}

/** A word that differs in more than a third of its characters is no slip of the finger. */
function meant(name: string, candidates: readonly string[], dashes: string): string {
  const greatest = Math.ceil(name.length / 3);
  const [nearest] = candidates
    .map((candidate) => ({ candidate, distance: leven(name, candidate) }))
    .filter(({ distance }) => distance <= greatest)
    .sort((a, b) => a.distance - b.distance);
  return nearest === undefined ? '' : ` Did you mean ${dashes}${nearest.candidate}?`;
}
