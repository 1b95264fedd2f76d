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
import { outlineTable } from '../output/outline.js';

interface OutlineArguments extends CommonArguments {
  document_id: string;
  version: string | undefined;
}

/** `doc outline <document_id>`. */
export function addOutline(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('outline', alone);
  return parser.command(
    `${name} <document_id>`,
    'List the headings of a Markdown document',
    (options) =>
      withHelp(
        documentVersionOption(documentIdArgument(options)),
        ['What is in it, before you read it with `doc cat`', `${call} doc_0123456789ab`],
        ['For programs', `${call} doc_0123456789ab --format json`],
      ),
    (args) => outline(context, args),
  );
}

async function outline(context: CommandContext, args: OutlineArguments): Promise<void> {
  const documentId = checkedId(args.document_id);
  const version = checkedVersion('--version', args.version);
  const client = await context.client();
  const found = await client.outline(documentId, { signal: context.signal, version });
  const wantsTable = args.format === 'table' && !args.quiet;
  const { headings } = found;
  context.output.result(args, {
    ids: [found.document_id],
    json: found,
    lines: wantsTable && headings.length > 0 ? [await outlineTable(headings, context.output.columns)] : [],
  });
  if (wantsTable) {
    const listed = found.truncated ? `the first ${headings.length} of ${found.total_headings}` : found.total_headings;
    const totals = `${found.total_lines} lines, about ${found.total_tokens} tokens, headings: ${listed}`;
    context.output.note(args.format, `${found.document_id} version ${found.version}: ${totals}.`);
  }
}
