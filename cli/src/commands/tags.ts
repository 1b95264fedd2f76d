import type { TagPage } from '@document-sync/sdk';
import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { withHelp } from '../help.js';
import { tagTable } from '../output/tags.js';
import { checkedPage, fetchPage, noteMore, type PagingArguments, pagingOptions } from '../paging.js';

interface TagsArguments extends CommonArguments, PagingArguments {
  prefix: string | undefined;
  sort: 'name' | 'count';
  'similar-to': string | undefined;
}

/** `doc tags [prefix]`. */
export function addTags(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('tags', alone);
  return parser.command(
    `${name} [prefix]`,
    'List tags, with how many documents have each',
    (options) =>
      withHelp(
        pagingOptions(
          options
            .positional('prefix', { type: 'string', describe: 'How the tags begin, in any case and accent' })
            .option('sort', {
              choices: ['name', 'count'] as const,
              default: 'name' as const,
              requiresArg: true,
              describe: 'By name, or the most used first',
            })
            .option('similar-to', { type: 'string', requiresArg: true, describe: 'Tags that look like this one' }),
          'tags',
        ),
        ['The tags that are used most', `${call} --sort count --limit 20`],
        ['Tags that begin with "des"', `${call} des`],
        ['What a mistyped tag was meant to be', `${call} --similar-to desing`],
      ),
    (args) => tags(context, args),
  );
}

async function tags(context: CommandContext, args: TagsArguments): Promise<void> {
  const { prefix, sort, 'similar-to': similarTo } = args;
  if (prefix !== undefined && similarTo !== undefined) {
    throw new UsageError('A beginning and --similar-to cannot go together.', 'Ask for one of them.');
  }
  const request = checkedPage(args, 'tags');
  const options = { prefix, sort, similarTo, signal: context.signal };
  const client = await context.client();
  const page = await fetchPage(
    {
      page: async (wanted) => toPage(await client.tags({ ...options, ...wanted })),
      all: (wanted) => client.tagsAll({ ...options, limit: wanted.limit }),
    },
    request,
    args.all,
  );
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: page.items.map(({ tag }) => tag),
    json: page.items,
    lines: wantsTable && page.items.length > 0 ? [await tagTable(page.items, context.output.columns)] : [],
  });
  if (page.items.length === 0 && wantsTable) {
    context.output.note(args.format, 'No tags found.');
  }
  noteMore(context, args, page, 'tags');
}

function toPage({ tags: items, ...rest }: TagPage) {
  return { items, ...rest };
}
