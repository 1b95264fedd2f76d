import type { NewApiKey } from '@document-sync/sdk';
import type { CommandParser, CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { parseDuration } from '../duration-option.js';
import { withHelp } from '../help.js';
import { formatLocalTime } from '../output/local-time.js';
import { showKey } from './create.js';
import { checkedKeyId, keyIdArgument } from './key-id.js';

interface RotateArguments extends CommonArguments {
  key_id: string;
  overlap: string | undefined;
}

/** `doc keys rotate <key_id>`. @param call How it is shown in its examples. */
export function addRotate(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'rotate <key_id>',
    'Give a key a new secret, and print it; the one before is valid for a while',
    (options) =>
      withHelp(
        keyIdArgument(options).option('overlap', {
          type: 'string',
          requiresArg: true,
          describe: 'For how long the secret before is valid: 12h, 7d; 0 for no longer',
          defaultDescription: '1d',
        }),
        ['Everybody who has the key gets a week to change over', `${call} 0123456789abcdef --overlap 7d`],
      ),
    (args) => rotate(context, args),
  );
}

async function rotate(context: CommandContext, args: RotateArguments): Promise<void> {
  const { overlap } = args;
  const keyId = checkedKeyId(args.key_id);
  const overlapSeconds = overlap === undefined || overlap === '0' ? overlap && 0 : parseDuration(overlap);
  const { apiKey, profile } = context.config();
  const client = await context.client();
  const key = await client.rotateApiKey(keyId, { signal: context.signal, overlapSeconds });
  showKey(context, args, key, `Its secret is shown this once: keep it now. ${beforeIt(key)}`);
  if (profile !== undefined && apiKey?.startsWith(`dsk_${keyId}_`) === true && !args.quiet) {
    const message = `The profile ${profile} has the secret before: \`doc login --profile ${profile}\` takes the new one.`;
    context.output.note(args.format, message, { profile });
  }
}

function beforeIt({ previous_secret_until: until }: NewApiKey): string {
  return until === undefined
    ? 'The one before is not valid any more.'
    : `The one before is valid until ${formatLocalTime(until)}.`;
}
