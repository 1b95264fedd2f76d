import type { Argv } from 'yargs';
import { UsageError } from './errors.js';
import type { Format } from './output/output.js';

/** The options that every command has. */
export interface CommonArguments {
  format: Format;
  quiet: boolean;
}

/** A parser that knows the options of every command. */
export type CommandParser = Argv<CommonArguments>;

/**
 * How a command is named to yargs and shown in its examples.
 * @param alone As the only command of its parser, `$0` to yargs.
 */
export function commandForm(name: string, alone: boolean): { name: string; call: string } {
  return alone ? { name: '$0', call: '$0' } : { name, call: `$0 ${name}` };
}

/** Adds the argument that says which document is meant. */
export function documentIdArgument<Arguments>(options: Argv<Arguments>): Argv<Arguments & { document_id: string }> {
  return options.positional('document_id', {
    type: 'string',
    demandOption: true,
    describe: 'The id that a push or a query gave',
  });
}

/**
 * Adds `--version N`: which version of the document. It takes the place of the option that tells the program's version,
 * which is still told where `--version` is the only word.
 */
export function documentVersionOption<Arguments>(
  options: Argv<Arguments>,
): Argv<Arguments & { version: string | undefined }> {
  return options.version(false).option('version', {
    type: 'string',
    requiresArg: true,
    describe: 'The number of the version [default: the current one]',
  });
}

const DOCUMENT_ID = /^doc_[0-9a-f]{12}$/;
const COLLECTION_ID = /^col_[0-9a-f]{12}$/;

/** The greatest number that the contract allows for a version. */
const LAST_VERSION = 2_147_483_647;

/** More transfers at once make none of them faster. */
const MOST_JOBS = 64;

/** Tags as people type them, comma-separated in one or several options; blanks around a tag and empty tags do not count. */
export function splitTags(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/**
 * Checks ids before anything is asked of the server: of several, none is touched when one is mistyped.
 * @throws UsageError that names what is no id.
 */
export function checkedIds(ids: readonly string[]): string[] {
  const wrong = ids.filter((id) => !DOCUMENT_ID.test(id));
  if (wrong.length > 0) {
    throw new UsageError(
      `${wrong.map((id) => `"${id}"`).join(', ')}: a document id is "doc_" and 12 hexadecimal digits.`,
      '`doc query` lists the documents with their ids.',
    );
  }
  return [...new Set(ids)];
}

/** As `checkedIds`, for the command's only document. */
export function checkedId(id: string): string {
  const [checked = ''] = checkedIds([id]);
  return checked;
}

/** @throws UsageError for what is no collection's id */
export function checkedCollection(id: string): string {
  if (COLLECTION_ID.test(id)) return id;
  throw new UsageError(
    `"${id}": a collection id is "col_" and 12 hexadecimal digits.`,
    '`doc collection list` lists the collections with their ids.',
  );
}

/** What `--collection` names, where it is given. @throws as `checkedCollection` */
export function optionalCollection(id: string | undefined): string | undefined {
  return id === undefined ? undefined : checkedCollection(id);
}

/** The number of a version from its text; undefined where it is none. */
export function versionNumber(text: string): number | undefined {
  const number = /^[1-9]\d*$/.test(text) ? Number(text) : NaN;
  return number <= LAST_VERSION ? number : undefined;
}

/**
 * The number of a version, where one is given.
 * @param option The option that it was given to.
 * @throws UsageError for what is no such number
 */
export function checkedVersion(option: string, text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const number = versionNumber(text);
  if (number === undefined) {
    throw new UsageError(
      `${option} must be the number of a version, like 2, not "${text}".`,
      '`doc versions` lists the versions of a document.',
    );
  }
  return number;
}

/** Adds `--jobs N`: how many transfers run at once. */
export function jobsOption<Arguments>(options: Argv<Arguments>): Argv<Arguments & { jobs: number }> {
  return options.option('jobs', {
    type: 'number',
    requiresArg: true,
    default: 4,
    describe: 'How many to transfer at the same time',
  });
}

/** @throws UsageError for a number of jobs that cannot be worked with */
export function checkedJobs(jobs: number): number {
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS) {
    throw new UsageError(`--jobs must be a whole number from 1 to ${MOST_JOBS}.`);
  }
  return jobs;
}

/** Adds `--no-cache`. */
export function noCacheOption<Arguments>(options: Argv<Arguments>): Argv<Arguments & { 'no-cache': boolean }> {
  return options.option('no-cache', {
    type: 'boolean',
    default: false,
    describe: 'Neither use nor keep what `doc cache` manages',
  });
}

/** The format for errors that are found before the command line has been understood. */
export function requestedFormat(words: readonly string[]): Format {
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  const index = options.findLastIndex((word) => /^--format(=|$)/.test(word));
  const value = options[index] === '--format' ? options[index + 1] : options[index]?.replace('--format=', '');
  return value === 'json' ? 'json' : 'table';
}
