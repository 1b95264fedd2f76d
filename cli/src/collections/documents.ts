import { checkedCollection, checkedIds, type CommandParser } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { collectionIdArgument, type OneCollection } from './collection-id.js';

interface DocumentsArguments extends OneCollection {
  document_ids: string[];
}

/** `doc collection add <collection_id> <document_ids..>`. @param call How it is shown in its examples. */
export function addAdd(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'add <collection_id> <document_ids..>',
    'Put documents into a collection',
    (options) =>
      withHelp(
        documentsArguments(options),
        ['A document', `${call} col_0123456789ab doc_0123456789ab`],
        ['All with a tag', `doc query --tags design --all --quiet | xargs ${call} col_0123456789ab`],
      ),
    (args) => move(context, args, 'add'),
  );
}

/** `doc collection remove <collection_id> <document_ids..>`. @param call How it is shown in its examples. */
export function addRemove(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'remove <collection_id> <document_ids..>',
    'Take documents out of a collection; they stay',
    (options) => withHelp(documentsArguments(options), ['A document', `${call} col_0123456789ab doc_0123456789ab`]),
    (args) => move(context, args, 'remove'),
  );
}

function documentsArguments(options: CommandParser) {
  return collectionIdArgument(options).positional('document_ids', {
    type: 'string',
    array: true,
    demandOption: true,
    describe: 'The ids that pushes or a query gave',
  });
}

/** One after the other; what was done before one fails stays done, and repeating the command does no harm. */
async function move(context: CommandContext, args: DocumentsArguments, direction: 'add' | 'remove'): Promise<void> {
  const id = checkedCollection(args.collection_id);
  const documents = checkedIds(args.document_ids);
  const client = await context.client();
  const { signal } = context;
  for (const document of documents) {
    if (direction === 'add') await client.addToCollection(id, document, { signal });
    else await client.removeFromCollection(id, document, { signal });
  }
  context.output.result(args, {
    ids: documents,
    json: documents.map((document_id) => ({ collection_id: id, document_id, is_member: direction === 'add' })),
    lines: documents.map((document) => (direction === 'add' ? `Added: ${document}` : `Removed: ${document}`)),
  });
}
