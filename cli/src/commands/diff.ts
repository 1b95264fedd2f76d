import type { DiffOptions } from '@document-sync/sdk';
import {
  checkedId,
  checkedVersion,
  commandForm,
  type CommandParser,
  type CommonArguments,
  documentIdArgument,
} from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';
import { diffPainter } from '../output/diff.js';

interface DiffArguments extends CommonArguments {
  document_id: string;
  from: string | undefined;
  to: string | undefined;
  context: number | undefined;
}

/** The most unchanged lines around a change that the contract allows. */
const MAXIMUM_CONTEXT = 1000;

/** `doc diff <document_id>`. */
export function addDiff(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('diff', alone);
  return parser.command(
    `${name} <document_id>`,
    'Compare two versions of a text document',
    (options) =>
      withHelp(
        documentIdArgument(options)
          .option('from', {
            type: 'string',
            requiresArg: true,
            describe: 'The old version [default: the one before the new one]',
          })
          .option('to', { type: 'string', requiresArg: true, describe: 'The new version [default: the current one]' })
          .option('context', {
            type: 'number',
            requiresArg: true,
            describe: 'How many unchanged lines to show around each change',
            defaultDescription: '3',
          }),
        ['What the last change was', `${call} doc_0123456789ab`],
        ['What became of it since version 1, as a patch', `${call} doc_0123456789ab --from 1 > changes.diff`],
      ),
    (args) => diff(context, args),
  );
}

async function diff(context: CommandContext, args: DiffArguments): Promise<void> {
  const documentId = checkedId(args.document_id);
  const options = { ...comparisonOf(args), signal: context.signal };
  const client = await context.client();
  if (args.format === 'json' || args.quiet) {
    const comparison = await client.diffHunks(documentId, options);
    const ids = comparison.hunks.length > 0 ? [documentId] : [];
    context.output.result(args, { ids, json: comparison, lines: [] });
    return;
  }
  context.output.text(await client.diff(documentId, options), diffPainter(context.output.colours));
}

function comparisonOf(args: DiffArguments): DiffOptions {
  const from = checkedVersion('--from', args.from);
  const to = checkedVersion('--to', args.to);
  const lines = args.context;
  if (lines !== undefined && !(Number.isInteger(lines) && lines >= 0 && lines <= MAXIMUM_CONTEXT)) {
    throw new UsageError(`--context must be a whole number from 0 to ${MAXIMUM_CONTEXT}.`);
  }
  return { from, to, context: lines };
}
