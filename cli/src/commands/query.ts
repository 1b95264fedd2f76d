import type { DocumentFilter, DocumentPage, PageRequest } from '@document-sync/sdk';
import { commandForm, type CommandParser, type CommonArguments, splitTags } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { documentTable } from '../output/documents.js';
import { checkedPage, fetchPage, noteMore, type PagingArguments, pagingOptions } from '../paging.js';

interface QueryArguments extends CommonArguments, PagingArguments {
  name: string | undefined;
  tags: string[] | undefined;
}

/** `doc query`, alone also `doc-query`. */
export function addQuery(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('query', alone);
  return parser.command(
    name,
    'Find documents, newest first',
    (options) =>
      withHelp(
        pagingOptions(
          options
            .option('name', { type: 'string', requiresArg: true, describe: 'A part of the name, in any case' })
            .option('tags', {
              string: true,
              array: true,
              requiresArg: true,
              describe: 'Comma-separated tags; a document must have all of them',
            }),
          'documents',
        ),
        ['The newest documents', call],
        ['Documents that have both tags', `${call} --tags design,docs`],
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
  }
  noteMore(context, args, page, 'documents');
}

function filterOf({ name, tags }: QueryArguments, page: PageRequest): DocumentFilter {
  return { ...page, name, tags: tags && splitTags(tags) };
}

function toPage({ documents, ...rest }: DocumentPage) {
  return { items: documents, ...rest };
}
