import type { Argv } from 'yargs';

/** What every help text ends with. */
export const ENVIRONMENT_AND_EXIT_CODES = `Environment:
  DOCUMENT_SERVER_URL      where the server is [default: http://127.0.0.1:8766]
  DOCUMENT_SERVER_TIMEOUT  seconds to wait while nothing moves [default: 30]
  DOCUMENT_SERVER_API_KEY  the key that the server asks for, if it does
  DOCUMENT_SERVER_PROFILE  which server and key of doc login to use
  DOCUMENT_CACHE_DIR       keeps what was pulled [~/.cache/document-sync]
  NO_COLOR                 set to anything: no colours

Exit codes:
  0 ok                        5 exists already, or changed meanwhile
  1 internal error            6 server unavailable or disk full, try again
  2 wrong usage or input      7 network or time-out
  3 no permission             8 content damaged
  4 not found                 9 some of several failed, 130 interrupted`;

const COMMON_OPTIONS = ['format', 'quiet', 'profile', 'help', 'version'];

/**
 * Completes a command's help: its own options before those of every command, then examples. The examples are not given
 * to yargs as such, because it lays them out in narrow columns, broken where nobody can copy them.
 */
export function withHelp<Arguments>(
  options: Argv<Arguments>,
  ...examples: (readonly [meaning: string, commandLine: string])[]
): Argv<Arguments> {
  // `--version` is a command's own option where it has a value.
  const ownVersion = internals(options).getOptions().string.includes('version');
  const common = COMMON_OPTIONS.filter((name) => name !== 'version' || !ownVersion);
  const others = [...common, 'h', ...(internals(options).getGroups()['Positionals:'] ?? [])];
  const own = optionNames(options).filter((name) => !others.includes(name));
  const lines = examples.flatMap(([meaning, commandLine]) => [`  # ${meaning}`, `  ${commandLine}`]);
  return options
    .group(own, 'Options:')
    .group(common, 'Options of every command:')
    .epilogue(['Examples:', ...lines, '', ENVIRONMENT_AND_EXIT_CODES].join('\n'));
}

/** The names of the options and arguments that a command has. */
export function optionNames(parser: Argv<unknown>): string[] {
  return Object.keys(internals(parser).getOptions().key);
}

/** Parts of yargs that its types leave out. */
interface YargsInternals {
  getOptions(): { key: Record<string, unknown>; string: string[] };
  getGroups(): Record<string, string[] | undefined>;
}

function internals(parser: Argv<unknown>): YargsInternals {
  return parser as Argv<unknown> & YargsInternals;
}
