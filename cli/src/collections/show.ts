import { checkedCollection, type CommandParser } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { collectionLines } from '../output/collections.js';
import { collectionIdArgument, type OneCollection } from './collection-id.js';

/** `doc collection show <collection_id>`. @param call How it is shown in its examples. */
export function addShow(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'show <collection_id>',
    'Show what is known about a collection',
    (options) =>
      withHelp(
        collectionIdArgument(options),
        ['The collection', `${call} col_0123456789ab`],
        ['The documents in it', 'doc query --collection col_0123456789ab'],
      ),
    (args) => show(context, args),
  );
}

async function show(context: CommandContext, args: OneCollection): Promise<void> {
  const id = checkedCollection(args.collection_id);
  const client = await context.client();
  const collection = await client.getCollection(id, { signal: context.signal });
  context.output.result(args, { ids: [id], json: collection, lines: collectionLines(collection) });
}
