import type { DeletedPage } from '@document-sync/sdk';
import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { deletedDocumentTable } from '../output/deleted-documents.js';
import { checkedPage, fetchPage, noteMore, type PagingArguments, pagingOptions } from '../paging.js';

/** `doc trash`. */
export function addTrash(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('trash', alone);
  return parser.command(
    name,
    'List the deleted documents',
    (options) =>
      withHelp(
        pagingOptions(options, 'documents'),
        ['What can be brought back with `doc restore`, and until when', call],
        ['Empty the trash', `${call} --all --quiet | xargs -r doc rm --purge`],
      ),
    (args) => trash(context, args),
  );
}

async function trash(context: CommandContext, args: CommonArguments & PagingArguments): Promise<void> {
  const request = checkedPage(args, 'documents');
  const client = await context.client();
  const { signal } = context;
  const page = await fetchPage(
    {
      page: async (wanted) => toPage(await client.trash(wanted, { signal })),
      all: (wanted) => client.trashAll(wanted, { signal }),
    },
    request,
    args.all,
  );
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: page.items.map((document) => document.document_id),
    json: page.items,
    lines: wantsTable && page.items.length > 0 ? [await deletedDocumentTable(page.items, context.output.columns)] : [],
  });
  if (page.items.length === 0 && wantsTable) {
    context.output.note(args.format, 'The trash is empty.');
  }
  noteMore(context, args, page, 'documents');
}

function toPage({ documents, ...rest }: DeletedPage) {
  return { items: documents, ...rest };
}
