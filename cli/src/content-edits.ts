import { readFile } from 'node:fs/promises';
import type { ContentEdit } from '@document-sync/sdk';
import type { Argv } from 'yargs';
import type { CommandContext } from './context.js';
import { UsageError } from './errors.js';
import { readStdinText, withLineEnd } from './text-input.js';

/** The options that say how the text of a document is to change. */
export interface EditArguments {
  replace: string | undefined;
  with: string | undefined;
  all: boolean | undefined;
  append: string | undefined;
  prepend: string | undefined;
  section: string | undefined;
  text: string | undefined;
  edits: string | undefined;
}

/** Adds the options. */
export function editOptions<Arguments>(options: Argv<Arguments>): Argv<Arguments & EditArguments> {
  return options
    .option('replace', { type: 'string', requiresArg: true, describe: 'Text that stands there now, exactly and once' })
    .option('with', { type: 'string', requiresArg: true, describe: 'What is to stand in its place' })
    .option('all', { type: 'boolean', describe: 'Replace it wherever it stands' })
    .option('append', { type: 'string', requiresArg: true, describe: 'Lines to add at the end; - reads stdin' })
    .option('prepend', { type: 'string', requiresArg: true, describe: 'Lines to add at the beginning; - reads stdin' })
    .option('section', {
      type: 'string',
      requiresArg: true,
      describe: 'The Markdown heading (or its anchor) below which --text is to stand',
    })
    .option('text', { type: 'string', requiresArg: true, describe: 'What is to stand there; - reads stdin' })
    .option('edits', {
      type: 'string',
      requiresArg: true,
      describe: 'A JSON file with a list of edits, as the API has them; - reads stdin',
    });
}

const ALONE = ['replace', 'append', 'prepend', 'section', 'edits'] as const;

/** Options that say more about another one. */
const PARTS = [
  ['with', 'replace'],
  ['all', 'replace'],
  ['text', 'section'],
] as const;

/** Whether the options speak of the text at all. */
export function describesEdits(args: EditArguments): boolean {
  return [...ALONE, ...PARTS.map(([part]) => part)].some((name) => args[name] !== undefined);
}

/**
 * The edits that the options describe.
 * @throws UsageError for options that do not make an edit; errors of the file or of stdin
 */
export async function editsOf(context: CommandContext, args: EditArguments): Promise<readonly ContentEdit[]> {
  const given = ALONE.filter((name) => args[name] !== undefined);
  if (given.length > 1) {
    throw new UsageError(
      `${given.map((name) => `--${name}`).join(' and ')} cannot go together.`,
      'Give one of them, or several edits in a file: --edits edits.json',
    );
  }
  const astray = PARTS.find(([part, whole]) => args[part] !== undefined && args[whole] === undefined);
  if (astray !== undefined) {
    throw new UsageError(`--${astray[0]} goes with --${astray[1]} only.`);
  }
  return args.edits === undefined ? [await singleEdit(context, args)] : readEdits(context, args.edits);
}

async function singleEdit(context: CommandContext, args: EditArguments): Promise<ContentEdit> {
  const { replace, append, prepend, section = '' } = args;
  if (replace !== undefined) {
    return {
      op: 'replace',
      old: notEmpty('--replace', replace),
      new: needed('--with', args.with, '--with "" removes the text.'),
      ...(args.all === true && { all: true }),
    };
  }
  if (append !== undefined) {
    return { op: 'append', text: notEmpty('--append', await linesOf(context, append)) };
  }
  if (prepend !== undefined) {
    return { op: 'prepend', text: notEmpty('--prepend', await linesOf(context, prepend)) };
  }
  const text = needed('--text', args.text, '--text "" empties the section.');
  return { op: 'replace_section', section: notEmpty('--section', section), text: await linesOf(context, text) };
}

async function linesOf(context: CommandContext, text: string): Promise<string> {
  return text === '-' ? readStdinText(context) : withLineEnd(text);
}

function notEmpty(option: string, text: string): string {
  if (text === '') {
    throw new UsageError(`${option} has no text.`);
  }
  return text;
}

function needed(option: string, text: string | undefined, hint: string): string {
  if (text === undefined) {
    throw new UsageError(`${option} is missing.`, hint);
  }
  return text;
}

async function readEdits(context: CommandContext, file: string): Promise<readonly ContentEdit[]> {
  const text = file === '-' ? await readStdinText(context) : await readFile(file, 'utf8');
  const name = file === '-' ? 'stdin' : file;
  const hint = 'A list of edits is like [{"op": "append", "text": "- done"}]; the API documentation has them all.';
  let edits: unknown;
  try {
    edits = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${name} holds no JSON: ${(error as Error).message}.`, hint);
  }
  if (!Array.isArray(edits) || edits.length === 0) {
    throw new UsageError(`${name} holds no list of edits.`, hint);
  }
  // What each edit is made of, the server checks.
  return edits as ContentEdit[];
}
