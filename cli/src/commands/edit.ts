import type { DocumentChange } from '@document-sync/sdk';
import { checkedIds, commandForm, type CommandParser, type CommonArguments, splitTags } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';
import { contentUrl, summaryLines } from '../output/documents.js';

interface EditArguments extends CommonArguments {
  document_id: string;
  name: string | undefined;
  tags: string[] | undefined;
  description: string | undefined;
}

/** `doc edit <document_id>`. */
export function addEdit(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('edit', alone);
  return parser.command(
    `${name} <document_id>`,
    "Change a document's name, tags or description",
    (options) =>
      withHelp(
        options
          .positional('document_id', {
            type: 'string',
            demandOption: true,
            describe: 'The id that a push or a query gave',
          })
          .option('name', { type: 'string', requiresArg: true, describe: 'What to call the document' })
          .option('tags', {
            string: true,
            array: true,
            requiresArg: true,
            describe: 'Comma-separated tags, in the place of those it has; "" removes them',
          })
          .option('description', { type: 'string', requiresArg: true, describe: 'What it is about; "" removes it' }),
        ['Rename it; tags and description stay', `${call} doc_0123456789ab --name "System Architecture"`],
        ['Give it these tags and no others', `${call} doc_0123456789ab --tags design,approved`],
        ['Remove its tags', `${call} doc_0123456789ab --tags ""`],
      ),
    (args) => edit(context, args),
  );
}

async function edit(context: CommandContext, args: EditArguments): Promise<void> {
  const [documentId = ''] = checkedIds([args.document_id]);
  const change = changeOf(args);
  const client = await context.client();
  const document = await client.update(documentId, change, { signal: context.signal });
  context.output.result(args, {
    ids: [document.document_id],
    json: document,
    lines: ['Document updated successfully!', ...summaryLines(document, contentUrl(client.baseUrl, document))],
  });
}

function changeOf({ name, tags, description }: EditArguments): DocumentChange {
  const change: DocumentChange = {};
  if (name !== undefined) change.name = name;
  if (tags !== undefined) change.tags = splitTags(tags);
  if (description !== undefined) change.description = description;
  if (Object.keys(change).length === 0) {
    throw new UsageError('Nothing to change.', 'Give at least one of --name, --tags and --description.');
  }
  return change;
}
