import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import { DEFAULT_SERVER_URL, type Settings } from '../config.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { withHelp } from '../help.js';
import { field } from '../output/documents.js';
import { identityId, identityLines } from '../output/identity.js';
import { noteClearText } from '../profiles/clear-text-note.js';
import { readKey } from '../profiles/key-input.js';
import { checkedProfileName, DEFAULT_PROFILE, readProfile } from '../profiles/profile-files.js';
import { writeProfile } from '../profiles/write-profile.js';
import { parseServerUrl } from '../server-address.js';

interface LoginArguments extends CommonArguments {
  server: string | undefined;
}

/** `doc login`. */
export function addLogin(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('login', alone);
  return parser.command(
    name,
    'Keep a key for a server, once the server has accepted it',
    (options) =>
      withHelp(
        options.option('server', {
          type: 'string',
          requiresArg: true,
          describe: 'Where the server is [default: DOCUMENT_SERVER_URL, or that of the profile]',
        }),
        ['Take the key from a file; without one it is asked for, and not shown', `${call} < ops.key`],
        ['A second server, under a name of its own', `${call} --profile team < ops.key`],
        ['Use that one', 'doc query --profile team'],
      ),
    (args) => login(context, args),
  );
}

async function login(context: CommandContext, args: LoginArguments): Promise<void> {
  const settings = context.settings();
  const profile = checkedProfileName(context.profile ?? settings.profile ?? DEFAULT_PROFILE);
  const { profiles } = settings.folders;
  const serverUrl = serverOf(args, settings) ?? knownServer(profiles, profile) ?? DEFAULT_SERVER_URL;
  noteClearText(context, args.format, serverUrl);
  const apiKey = await readKey(context, serverUrl);

  const { createClient } = await import('../client.js');
  const who = await createClient({ ...settings, serverUrl, apiKey }).whoAmI({ signal: context.signal });
  if (who.auth === 'none') {
    throw new UsageError(`${serverUrl} asks for no keys. Nothing was kept.`, 'It can be used as it is.');
  }
  writeProfile(profiles, profile, { server_url: serverUrl, api_key: apiKey });
  context.output.result(args, {
    ids: [identityId(who)],
    json: { profile, server_url: serverUrl, ...who },
    lines: [field('Profile', profile), field('Server', serverUrl), ...identityLines(who)],
  });
  noteEnvironment(context, args, settings);
}

function serverOf({ server }: LoginArguments, settings: Settings): string | undefined {
  if (server === undefined) return settings.serverUrl;
  const url = parseServerUrl(server);
  if (url === undefined) {
    throw new UsageError(`--server cannot be "${server}".`, 'Give an address like https://docs.example.org.');
  }
  return url;
}

/** Of a profile that is replaced; what is wrong with that one does not matter any more. */
function knownServer(folder: string, profile: string): string | undefined {
  try {
    return readProfile(folder, profile)?.server_url;
  } catch {
    return undefined;
  }
}

function noteEnvironment(context: CommandContext, args: CommonArguments, { apiKey }: Settings): void {
  if (apiKey === undefined || args.quiet) return;
  const message = 'DOCUMENT_SERVER_API_KEY is set, and goes before the key that was kept now.';
  context.output.note(args.format, message, { overridden_by: 'DOCUMENT_SERVER_API_KEY' });
}
