import type { DocumentFilter, DocumentPage, PageRequest } from '@document-sync/sdk';
import { commandForm, type CommandParser, type CommonArguments, splitTags } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { type FilterArguments, filterOptions, selectionOf, sortOptions } from '../filter-options.js';
import { withHelp } from '../help.js';
import { documentTable } from '../output/documents.js';
import { checkedPage, fetchPage, noteMore, type PagingArguments, pagingOptions } from '../paging.js';
import { suggestTags } from '../similar-tags.js';

interface QueryArguments extends CommonArguments, PagingArguments, FilterArguments {
  sort: DocumentFilter['sort'];
  order: DocumentFilter['order'];
}

/** `doc query`, alone also `doc-query`. */
export function addQuery(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('query', alone);
  return parser.command(
    name,
    'Find documents by name, tags, dates, type and size',
    (options) =>
      withHelp(
        pagingOptions(
          sortOptions(filterOptions(options), ['uploaded_at', 'updated_at', 'name', 'size'] as const),
          'documents',
        ),
        ['The newest documents', call],
        ['Documents that have both tags', `${call} --tags design,docs`],
        ['Markdown of the last week, the largest first', `${call} --type markdown --after 7d --sort size`],
        ['For programs: everything known about each document', `${call} --name arch --format json`],
        ['The id of the newest one', `${call} --name arch --limit 1 --quiet`],
      ),
    (args) => query(context, args),
  );
}

async function query(context: CommandContext, args: QueryArguments): Promise<void> {
  const request = checkedPage(args, 'documents');
  const client = await context.client();
  const { signal } = context;
  const page = await fetchPage(
    {
      page: async (wanted) => toPage(await client.query(filterOf(args, wanted), { signal })),
      all: (wanted) => client.queryAll(filterOf(args, wanted), { signal }),
    },
    request,
    args.all,
  );
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: page.items.map((document) => document.document_id),
    json: page.items,
    lines: wantsTable && page.items.length > 0 ? [await documentTable(page.items, context.output.columns)] : [],
  });
  if (page.items.length === 0 && wantsTable) {
    context.output.note(args.format, 'No documents found.');
    await suggestTags(context, args, client, splitTags(args.tags ?? []));
  }
  noteMore(context, args, page, 'documents');
}

function filterOf(args: QueryArguments, page: PageRequest): DocumentFilter {
  const { sort, order } = args;
  return { ...page, ...selectionOf(args), sort, order };
}

function toPage({ documents, ...rest }: DocumentPage) {
  return { items: documents, ...rest };
}
