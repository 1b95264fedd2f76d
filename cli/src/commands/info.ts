import { checkedIds, commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { contentUrl, detailLines } from '../output/documents.js';

/** `doc info <document_id>`. */
export function addInfo(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('info', alone);
  return parser.command(
    `${name} <document_id>`,
    'Show everything known about a document',
    (options) =>
      withHelp(
        options.positional('document_id', {
          type: 'string',
          demandOption: true,
          describe: 'The id that a push or a query gave',
        }),
        ['For people', `${call} doc_0123456789ab`],
        ['For programs', `${call} doc_0123456789ab --format json`],
      ),
    (args) => info(context, args),
  );
}

async function info(context: CommandContext, args: CommonArguments & { document_id: string }): Promise<void> {
  const [documentId = ''] = checkedIds([args.document_id]);
  const client = await context.client();
  const document = await client.get(documentId, { signal: context.signal });
  context.output.result(args, {
    ids: [document.document_id],
    json: document,
    lines: detailLines(document, contentUrl(client.baseUrl, document)),
  });
}
