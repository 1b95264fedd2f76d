import type { ReadTextOptions } from '@document-sync/sdk';
import {
  checkedId,
  checkedVersion,
  commandForm,
  type CommandParser,
  type CommonArguments,
  documentIdArgument,
  documentVersionOption,
} from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';

interface CatArguments extends CommonArguments {
  document_id: string;
  lines: string | undefined;
  section: string | undefined;
  'max-tokens': number | undefined;
  version: string | undefined;
}

const LINES = /^(?:[1-9]\d{0,9}(?:-(?:[1-9]\d{0,9})?)?|-[1-9]\d{0,9})$/;

/** The most that the contract allows for a part. */
const MAXIMUM_TOKENS = 1_000_000;

/** `doc cat <document_id>`. */
export function addCat(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('cat', alone);
  return parser.command(
    `${name} <document_id>`,
    'Print a text document, or a part of it',
    (options) =>
      withHelp(
        documentVersionOption(
          documentIdArgument(options)
            .option('lines', {
              type: 'string',
              requiresArg: true,
              describe: 'Which lines: 40-120, 40-, 40 or -20 (the last)',
            })
            .option('section', {
              type: 'string',
              requiresArg: true,
              describe: 'A Markdown heading, or its anchor as `doc outline` has it',
            })
            .option('max-tokens', {
              type: 'number',
              requiresArg: true,
              describe: 'End at the last line within about so many tokens',
            }),
        ),
        ['Some lines; stderr says how many there are', `${call} doc_0123456789ab --lines 1-40`],
        ['One section of a Markdown document', `${call} doc_0123456789ab --section "#hand-off"`],
        ['The beginning, as far as it is worth reading', `${call} doc_0123456789ab --max-tokens 2000`],
      ),
    (args) => cat(context, args),
  );
}

async function cat(context: CommandContext, args: CatArguments): Promise<void> {
  const documentId = checkedId(args.document_id);
  const options = { ...partOf(args), signal: context.signal };
  const client = await context.client();
  const part = await client.readText(documentId, options);
  if (args.quiet || args.format === 'json') {
    context.output.result(args, { ids: [part.document_id], json: part, lines: [] });
    return;
  }
  // Before the text, so that whoever reads both together knows what follows.
  context.output.note(args.format, `${part.document_id} version ${part.version}: ${inOptions(part.statement)}`);
  context.output.text(part.text);
}

/** How to read on, in the words of a command line. */
function inOptions(statement: string): string {
  return statement.replace(/\bmax_tokens\b/, '--max-tokens').replace(/ with lines=(\S+)\.$/, ' with --lines $1');
}

function partOf(args: CatArguments): ReadTextOptions {
  const { lines, section, 'max-tokens': maxTokens } = args;
  if (lines !== undefined && section !== undefined) {
    throw new UsageError('--lines and --section cannot go together.', 'A section has its lines in `doc outline`.');
  }
  if (lines !== undefined && !LINES.test(lines)) {
    throw new UsageError(
      `--lines cannot be "${lines}".`,
      'Give 40-120, 40- (to the end), 40 (alone) or -20 (the last).',
    );
  }
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens >= 1 && maxTokens <= MAXIMUM_TOKENS)) {
    throw new UsageError(`--max-tokens must be a whole number from 1 to ${MAXIMUM_TOKENS}.`);
  }
  return { lines, section, maxTokens, version: checkedVersion('--version', args.version) };
}
