import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { checkedProfileName, DEFAULT_PROFILE, removeProfile, unknownProfile } from '../profiles/profile-files.js';

/** `doc logout`. */
export function addLogout(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('logout', alone);
  return parser.command(
    name,
    'Forget a key that `doc login` has kept; the key itself stays valid',
    (options) =>
      withHelp(options, ['Forget the key', call], ['Forget that of another server', `${call} --profile team`]),
    (args) => {
      logout(context, args);
    },
  );
}

function logout(context: CommandContext, args: CommonArguments): void {
  const { profile: named, folders } = context.settings();
  const profile = checkedProfileName(context.profile ?? named ?? DEFAULT_PROFILE);
  if (!removeProfile(folders.profiles, profile)) throw unknownProfile(folders.profiles, profile);
  context.output.result(args, {
    ids: [profile],
    json: { profile, removed: true },
    lines: [`Logged out: ${profile}`],
  });
  if (args.format === 'table' && !args.quiet) {
    context.output.note(args.format, 'The key stays valid until it is revoked: `doc keys revoke`.');
  }
}
