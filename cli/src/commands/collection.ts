import { commandForm, type CommandParser } from '../arguments.js';
import {
  COLLECTION_ACTIONS,
  type Action,
  type CollectionAction,
  type CollectionArguments,
} from '../collection-actions.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { withHelp } from '../help.js';
import { pagingOptions } from '../paging.js';

const ACTIONS = Object.keys(COLLECTION_ACTIONS) as CollectionAction[];

/** `doc collection <action> [arguments..]`. */
export function addCollection(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('collection', alone);
  return parser.command(
    `${name} <action> [arguments..]`,
    'Put documents into collections, and grant others what they may do there',
    (options) =>
      withHelp(
        pagingOptions(
          options
            .positional('action', { choices: ACTIONS, demandOption: true, describe: 'What to do' })
            .positional('arguments', {
              type: 'string',
              array: true,
              describe: 'A name to create; else the id, then documents, or a key and a role',
            })
            .option('name', { type: 'string', requiresArg: true, describe: 'With update: what to call it' })
            .option('description', { type: 'string', requiresArg: true, describe: 'With create and update' }),
          'collections',
        ),
        ['Make one, and keep its id', `id=$(${call} create Decisions --quiet)`],
        ['See all of them, or one', `${call} list`],
        ['Put documents into it, and take them out', `${call} add col_0123456789ab doc_0123456789ab`],
        ['List what is in it', 'doc query --collection col_0123456789ab'],
        ['Let everyone in the tenant read it', `${call} grant col_0123456789ab everyone viewer`],
        ['Let a key change what is in it', `${call} grant col_0123456789ab 0123456789abcdef editor`],
        ['See the grants, and take one back', `${call} revoke col_0123456789ab everyone`],
        ['Delete it; the documents stay', `${call} rm col_0123456789ab`],
      ),
    (args) => collection(context, args),
  );
}

async function collection(context: CommandContext, args: CollectionArguments): Promise<void> {
  const { action, name, description } = args;
  const { takes, options, run }: Action = COLLECTION_ACTIONS[action];
  const given = args.arguments ?? [];
  const isMore = takes.at(-1)?.endsWith('…') === true;
  if (given.length < takes.length || (given.length > takes.length && !isMore)) {
    const usage = ['doc collection', action, ...takes.map((argument) => `<${argument}>`)].join(' ');
    throw new UsageError(`\`doc collection ${action}\` is called in another way.`, `Like this: \`${usage}\`.`);
  }
  for (const [option, value] of Object.entries({ name, description })) {
    if (value !== undefined && !options.includes(option)) {
      throw new UsageError(`\`doc collection ${action}\` takes no --${option}.`);
    }
  }
  await run(context, args, given);
}
