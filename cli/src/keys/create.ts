import type { ApiKeyLimits, NewApiKey, Scope } from '@document-sync/sdk';
import { type CommandParser, type CommonArguments, splitTags } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { parseDuration } from '../duration-option.js';
import { UsageError } from '../errors.js';
import { withHelp } from '../help.js';

interface CreateArguments extends CommonArguments {
  name: string;
  scopes: string[];
  'limit-tags': string[] | undefined;
  'limit-collections': string[] | undefined;
  expires: string | undefined;
}

/** `doc keys create`. @param call How it is shown in its examples. */
export function addCreate(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  const list = { string: true, array: true, requiresArg: true } as const;
  return parser.command(
    'create',
    'Make a key, and print it: it is shown this once',
    (options) =>
      withHelp(
        options
          .option('name', { type: 'string', requiresArg: true, demandOption: true, describe: 'What to call it' })
          .option('scopes', {
            ...list,
            demandOption: true,
            describe:
              'What it may do, comma-separated: documents:read, documents:write, documents:delete, …; ' +
              'none: what collections grant it',
          })
          .option('limit-tags', { ...list, describe: 'Only with documents that have one of these tags' })
          .option('limit-collections', { ...list, describe: 'Only with documents in one of these collections' })
          .option('expires', { type: 'string', requiresArg: true, describe: 'For how long it is valid: 12h, 90d' }),
        ['A key for a pipeline', `${call} --name ci --scopes documents:write --expires 90d`],
        [
          'A key that sees documents with one tag alone',
          `${call} --name agent --scopes documents:read --limit-tags design`,
        ],
        ['Keep it where nobody else can read it', `(umask 077; ${call} --name ops --scopes documents:read > ops.key)`],
      ),
    (args) => create(context, args),
  );
}

async function create(context: CommandContext, args: CreateArguments): Promise<void> {
  const { name, expires } = args;
  // Which scopes there are is the server's to say.
  const scopes = readScopes(args.scopes);
  const limits = limitsOf(args);
  const expiresAt = expires === undefined ? undefined : new Date(Date.now() + 1000 * parseDuration(expires));
  const client = await context.client();
  const key = await client.createApiKey({ name, scopes, limits, expiresAt }, { signal: context.signal });
  showKey(context, args, key, 'It is shown this once: keep it now.');
}

/** Nothing at all is more likely a variable that is not set than a key without scopes. */
function readScopes(given: string[]): Scope[] {
  const scopes = splitTags(given);
  if (scopes.length === 0) {
    throw new UsageError(
      '--scopes names no scope.',
      'For a key that sees what collections grant it, say --scopes none.',
    );
  }
  return scopes.length === 1 && scopes[0] === 'none' ? [] : (scopes as Scope[]);
}

function limitsOf(args: CreateArguments): ApiKeyLimits | undefined {
  const tags = splitTags(args['limit-tags'] ?? []);
  const collections = splitTags(args['limit-collections'] ?? []);
  if (tags.length + collections.length > 0) {
    return { ...(tags.length > 0 && { tags }), ...(collections.length > 0 && { collections }) };
  }
  // An empty variable in a script must not make a key without limits.
  if (args['limit-tags'] === undefined && args['limit-collections'] === undefined) return undefined;
  throw new UsageError('The limits name nothing.', 'Name tags or collections, or leave the limits out.');
}

/** Prints a key that was just made, and nothing else on stdout. @param note What people are to know. */
export function showKey(context: CommandContext, args: CommonArguments, key: NewApiKey, note: string): void {
  context.output.result(args, { ids: [key.key], json: key, lines: [key.key] });
  if (args.format === 'table' && !args.quiet) {
    context.output.note(args.format, `This is the key ${key.name} (${key.key_id}). ${note}`);
  }
}
