import type { CollectionPage } from '@document-sync/sdk';
import type { CommandParser, CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { collectionTable } from '../output/collections.js';
import { checkedPage, fetchPage, noteMore, type PagingArguments, pagingOptions } from '../paging.js';

/** `doc collection list`. @param call How it is shown in its examples. */
export function addList(parser: CommandParser, context: CommandContext, call: string): CommandParser {
  return parser.command(
    'list',
    'List the collections, by name',
    (options) =>
      withHelp(pagingOptions(options, 'collections'), ['With how many documents, and what you may do there', call]),
    (args) => list(context, args),
  );
}

async function list(context: CommandContext, args: CommonArguments & PagingArguments): Promise<void> {
  const request = checkedPage(args, 'collections');
  const client = await context.client();
  const { signal } = context;
  const page = await fetchPage(
    {
      page: async (wanted) => toPage(await client.listCollections(wanted, { signal })),
      all: (wanted) => client.listCollectionsAll(wanted, { signal }),
    },
    request,
    args.all,
  );
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: page.items.map(({ collection_id }) => collection_id),
    json: page.items,
    lines: wantsTable && page.items.length > 0 ? [await collectionTable(page.items, context.output.columns)] : [],
  });
  if (page.items.length === 0 && wantsTable) context.output.note(args.format, 'No collections found.');
  noteMore(context, args, page, 'collections');
}

function toPage({ collections: items, ...rest }: CollectionPage) {
  return { items, ...rest };
}
