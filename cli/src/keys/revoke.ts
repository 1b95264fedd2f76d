import type { CommandParser, CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { checkedKeyId, keyIdArgument } from './key-id.js';

interface RevokeArguments extends CommonArguments {
  key_id: string;
}

/** `doc keys revoke <key_id>`. @param call How it is shown in its examples. */
export function addRevoke(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'revoke <key_id>',
    'Have a key refused from now on, for good',
    (options) =>
      withHelp(keyIdArgument(options), ['A key that has fallen into wrong hands', `${call} 0123456789abcdef`]),
    (args) => revoke(context, args),
  );
}

async function revoke(context: CommandContext, args: RevokeArguments): Promise<void> {
  const keyId = checkedKeyId(args.key_id);
  const client = await context.client();
  const key = await client.revokeApiKey(keyId, { signal: context.signal });
  context.output.result(args, { ids: [key.key_id], json: key, lines: [`Revoked: ${key.key_id}`] });
}
