import { checkedCollection, type CommandParser } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { withHelp } from '../help.js';
import { collectionLines } from '../output/collections.js';
import { collectionIdArgument, type OneCollection } from './collection-id.js';

interface UpdateArguments extends OneCollection {
  name: string | undefined;
  description: string | undefined;
}

/** `doc collection update <collection_id>`. @param call How it is shown in its examples. */
export function addUpdate(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'update <collection_id>',
    'Change what a collection is called',
    (options) =>
      withHelp(
        collectionIdArgument(options)
          .option('name', { type: 'string', requiresArg: true, describe: 'What to call it' })
          .option('description', {
            type: 'string',
            requiresArg: true,
            describe: 'What belongs into it; "" removes it',
          }),
        ['Give it another name', `${call} col_0123456789ab --name Decisions`],
      ),
    (args) => update(context, args),
  );
}

async function update(context: CommandContext, args: UpdateArguments): Promise<void> {
  const id = checkedCollection(args.collection_id);
  const { name, description } = args;
  if (name === undefined && description === undefined) {
    throw new UsageError('It is not said what is to change.', 'Give --name or --description.');
  }
  const change = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
  const client = await context.client();
  const collection = await client.updateCollection(id, change, { signal: context.signal });
  context.output.result(args, { ids: [id], json: collection, lines: collectionLines(collection) });
}
