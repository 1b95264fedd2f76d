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
import { contentUrl, detailLines } from '../output/documents.js';

interface InfoArguments extends CommonArguments {
  document_id: string;
  version: string | undefined;
}

/** `doc info <document_id>`. */
export function addInfo(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('info', alone);
  return parser.command(
    `${name} <document_id>`,
    'Show everything known about a document',
    (options) =>
      withHelp(
        documentVersionOption(documentIdArgument(options)),
        ['For people', `${call} doc_0123456789ab`],
        ['For programs', `${call} doc_0123456789ab --format json`],
        ['What an old version was', `${call} doc_0123456789ab --version 1`],
      ),
    (args) => info(context, args),
  );
}

async function info(context: CommandContext, args: InfoArguments): Promise<void> {
  const documentId = checkedId(args.document_id);
  const version = checkedVersion('--version', args.version);
  const client = await context.client();
  const document = await client.get(documentId, { signal: context.signal, version });
  context.output.result(args, {
    ids: [document.document_id],
    json: document,
    lines: detailLines(document, contentUrl(client.baseUrl, documentId, version)),
  });
}
