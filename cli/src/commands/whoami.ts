import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { field } from '../output/documents.js';
import { identityId, identityLines } from '../output/identity.js';
import { noteClearText } from '../profiles/clear-text-note.js';

/** `doc whoami`. */
export function addWhoami(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('whoami', alone);
  return parser.command(
    name,
    'Tell whose key is used, and what it may do',
    (options) =>
      withHelp(
        options,
        ['For people', call],
        ['For programs', `${call} --format json`],
        ['The id of the key alone', `${call} --quiet`],
      ),
    (args) => whoami(context, args),
  );
}

async function whoami(context: CommandContext, args: CommonArguments): Promise<void> {
  const { profile, apiKey, serverUrl } = context.config();
  if (apiKey !== undefined) noteClearText(context, args.format, serverUrl);
  const client = await context.client();
  const who = await client.whoAmI({ signal: context.signal });
  context.output.result(args, {
    ids: [identityId(who)],
    json: { url: client.baseUrl, ...(profile !== undefined && { profile }), ...who },
    lines: [
      field('Server', client.baseUrl),
      ...(profile === undefined ? [] : [field('Profile', profile)]),
      ...identityLines(who),
    ],
  });
}
