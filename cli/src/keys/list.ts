import type { ApiKeyPage } from '@document-sync/sdk';
import type { CommandParser, CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { keyTable } from '../output/keys.js';
import { checkedPage, fetchPage, noteMore, type PagingArguments, pagingOptions } from '../paging.js';

/** `doc keys list`. @param call How it is shown in its examples. */
export function addList(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'list',
    'List the keys, also those that are not valid any more; never their secrets',
    (options) =>
      withHelp(
        pagingOptions(options, 'keys'),
        ['What each may do, and when it was last used', call],
        ['For programs', `${call} --all --format json`],
      ),
    (args) => list(context, args),
  );
}

async function list(context: CommandContext, args: CommonArguments & PagingArguments): Promise<void> {
  const request = checkedPage(args, 'keys');
  const client = await context.client();
  const { signal } = context;
  const page = await fetchPage(
    {
      page: async (wanted) => toPage(await client.listApiKeys(wanted, { signal })),
      all: (wanted) => client.listApiKeysAll(wanted, { signal }),
    },
    request,
    args.all,
  );
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: page.items.map(({ key_id }) => key_id),
    json: page.items,
    lines: wantsTable && page.items.length > 0 ? [await keyTable(page.items, new Date(), context.output.columns)] : [],
  });
  if (page.items.length === 0 && wantsTable) {
    context.output.note(args.format, 'There are no keys.');
  }
  noteMore(context, args, page, 'keys');
}

function toPage({ keys, ...rest }: ApiKeyPage) {
  return { items: keys, ...rest };
}
