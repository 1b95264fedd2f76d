import type { CommandParser, CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { collectionLines } from '../output/collections.js';

interface CreateArguments extends CommonArguments {
  name: string;
  description: string | undefined;
}

/** `doc collection create <name>`. @param call How it is shown in its examples. */
export function addCreate(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'create <name>',
    'Make a collection',
    (options) =>
      withHelp(
        options
          .positional('name', { type: 'string', demandOption: true, describe: 'What to call it' })
          .option('description', { type: 'string', requiresArg: true, describe: 'What belongs into it' }),
        ['Keep the id of the new collection', `id=$(${call} Decisions --quiet)`],
      ),
    (args) => create(context, args),
  );
}

async function create(context: CommandContext, args: CreateArguments): Promise<void> {
  const { name, description } = args;
  const client = await context.client();
  const wanted = { name, ...(description !== undefined && { description }) };
  const collection = await client.createCollection(wanted, { signal: context.signal });
  context.output.result(args, {
    ids: [collection.collection_id],
    json: collection,
    lines: collectionLines(collection),
  });
}
