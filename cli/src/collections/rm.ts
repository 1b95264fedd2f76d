import { checkedCollection, type CommandParser } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { collectionIdArgument, type OneCollection } from './collection-id.js';

/** `doc collection rm <collection_id>`. @param call How it is shown in its examples. */
export function addRm(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'rm <collection_id>',
    'Delete a collection and its grants; the documents stay',
    (options) => withHelp(collectionIdArgument(options), ['For good', `${call} col_0123456789ab`]),
    (args) => rm(context, args),
  );
}

async function rm(context: CommandContext, args: OneCollection): Promise<void> {
  const id = checkedCollection(args.collection_id);
  const client = await context.client();
  await client.deleteCollection(id, { signal: context.signal });
  context.output.result(args, {
    ids: [id],
    json: { collection_id: id, deleted: true },
    lines: [`Deleted: ${id}. The documents stay.`],
  });
}
