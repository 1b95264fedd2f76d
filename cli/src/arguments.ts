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

const DOCUMENT_ID = /^doc_[0-9a-f]{12}$/;

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

/** The format for errors that are found before the command line has been understood. */
export function requestedFormat(words: readonly string[]): Format {
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  const index = options.findLastIndex((word) => /^--format(=|$)/.test(word));
  const value = options[index] === '--format' ? options[index + 1] : options[index]?.replace('--format=', '');
  return value === 'json' ? 'json' : 'table';
}
