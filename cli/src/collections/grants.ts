import type { Role } from '@document-sync/sdk';
import { checkedCollection, type CommandParser } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { grantTable } from '../output/collections.js';
import {
  checkedGrantee,
  collectionIdArgument,
  granteeArgument,
  type GranteeArguments,
  type OneCollection,
} from './collection-id.js';

const ROLES = ['viewer', 'editor', 'manager'] as const satisfies readonly Role[];

/** `doc collection grants <collection_id>`. @param call How it is shown in its examples. */
export function addGrants(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'grants <collection_id>',
    'List who may do what in a collection',
    (options) =>
      withHelp(collectionIdArgument(options), ['Beside the keys that may anyway', `${call} col_0123456789ab`]),
    (args) => grants(context, args),
  );
}

/** `doc collection grant <collection_id> <grantee> <role>`. @param call How it is shown in its examples. */
export function addGrant(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'grant <collection_id> <grantee> <role>',
    'Let a key, or everyone, do something in a collection',
    (options) =>
      withHelp(
        granteeArgument(collectionIdArgument(options)).positional('role', {
          choices: ROLES,
          demandOption: true,
          describe: 'Read; change and push too; delete and manage too',
        }),
        ['Let everyone in the tenant read', `${call} col_0123456789ab everyone viewer`],
        ['Let a key change what is in it', `${call} col_0123456789ab 0123456789abcdef editor`],
      ),
    (args) => grant(context, args),
  );
}

/** `doc collection revoke <collection_id> <grantee>`. @param call How it is shown in its examples. */
export function addRevoke(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'revoke <collection_id> <grantee>',
    'Take a grant back, at once',
    (options) =>
      withHelp(granteeArgument(collectionIdArgument(options)), [
        'What everyone was granted',
        `${call} col_0123456789ab everyone`,
      ]),
    (args) => revoke(context, args),
  );
}

async function grants(context: CommandContext, args: OneCollection): Promise<void> {
  const id = checkedCollection(args.collection_id);
  const client = await context.client();
  const found = await client.listGrants(id, { signal: context.signal });
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: found.map(({ grantee }) => grantee),
    json: found,
    lines: wantsTable && found.length > 0 ? [await grantTable(found, context.output.columns)] : [],
  });
  if (found.length === 0 && wantsTable) context.output.note(args.format, 'Nothing is granted on it.');
}

async function grant(context: CommandContext, args: GranteeArguments & { role: Role }): Promise<void> {
  const { id, grantee } = checkedGrantee(args);
  const client = await context.client();
  const made = await client.setGrant(id, grantee, args.role, { signal: context.signal });
  context.output.result(args, { ids: [grantee], json: made, lines: [`Granted: ${grantee} is ${made.role} of ${id}`] });
}

async function revoke(context: CommandContext, args: GranteeArguments): Promise<void> {
  const { id, grantee } = checkedGrantee(args);
  const client = await context.client();
  await client.removeGrant(id, grantee, { signal: context.signal });
  context.output.result(args, {
    ids: [grantee],
    json: { collection_id: id, grantee, revoked: true },
    lines: [`Revoked: ${grantee} has no grant on ${id}`],
  });
}
