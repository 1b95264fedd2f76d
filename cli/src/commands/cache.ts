import type { NodeContentCache } from '@document-sync/sdk/cache';
import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { field } from '../output/documents.js';
import type { Result } from '../output/output.js';
import { formatSize } from '../output/size.js';

const ACTIONS = ['info', 'verify', 'clear'] as const;

interface CacheArguments extends CommonArguments {
  action: (typeof ACTIONS)[number];
}

/** `doc cache <action>`. */
export function addCache(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('cache', alone);
  return parser.command(
    `${name} <action>`,
    'Look after what was pulled before and need not be fetched again',
    (options) =>
      withHelp(
        options.positional('action', {
          choices: ACTIONS,
          demandOption: true,
          describe: 'Tell what it holds, remove what is damaged, or remove everything',
        }),
        ['Where it is, and how large', `${call} info`],
        ['Remove what is damaged', `${call} verify`],
        ['Remove everything', `${call} clear`],
      ),
    (args) => cache(context, args),
  );
}

async function cache(context: CommandContext, args: CacheArguments): Promise<void> {
  const { folder, ...result } = await resultOf(args.action, await context.contentCache());
  context.output.result(args, {
    ...result,
    ids: [],
    json: { folder, ...result.json },
    lines: [field('Folder', folder), ...result.lines],
  });
}

interface CacheResult extends Omit<Result, 'ids'> {
  folder: string;
  json: object;
}

async function resultOf(action: CacheArguments['action'], cache: NodeContentCache): Promise<CacheResult> {
  const { folder } = cache;
  switch (action) {
    case 'info': {
      const info = await cache.info();
      return {
        folder,
        json: info,
        lines: [
          field('Entries', String(info.entries)),
          field('Size', `${formatSize(info.size_bytes)} of at most ${formatSize(info.max_bytes)}`),
        ],
      };
    }
    case 'verify': {
      const verified = await cache.verify();
      return {
        folder,
        json: verified,
        lines: [
          field('Checked', String(verified.checked)),
          field('Removed', String(verified.removed)),
          field('Freed', formatSize(verified.reclaimed_bytes)),
        ],
      };
    }
    case 'clear': {
      const cleared = await cache.clear();
      return {
        folder,
        json: { removed: cleared.entries, reclaimed_bytes: cleared.size_bytes },
        lines: [field('Removed', String(cleared.entries)), field('Freed', formatSize(cleared.size_bytes))],
      };
    }
  }
}
