import type { VersionPage } from '@document-sync/sdk';
import { checkedId, commandForm, type CommandParser, type CommonArguments, documentIdArgument } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { versionTable } from '../output/versions.js';
import { checkedPage, fetchPage, noteMore, type PagingArguments, pagingOptions } from '../paging.js';

interface VersionsArguments extends CommonArguments, PagingArguments {
  document_id: string;
}

/** `doc versions <document_id>`. */
export function addVersions(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('versions', alone);
  return parser.command(
    `${name} <document_id>`,
    "List a document's versions, newest first",
    (options) =>
      withHelp(
        pagingOptions(documentIdArgument(options), 'versions'),
        ['The newest versions', `${call} doc_0123456789ab`],
        ['The number of the current one', `${call} doc_0123456789ab --limit 1 --quiet`],
        ['For programs: everything that each version records', `${call} doc_0123456789ab --all --format json`],
      ),
    (args) => versions(context, args),
  );
}

async function versions(context: CommandContext, args: VersionsArguments): Promise<void> {
  const documentId = checkedId(args.document_id);
  const request = checkedPage(args, 'versions');
  const client = await context.client();
  const { signal } = context;
  const page = await fetchPage(
    {
      page: async (wanted) => toPage(await client.versions(documentId, wanted, { signal })),
      all: (wanted) => client.versionsAll(documentId, wanted, { signal }),
    },
    request,
    args.all,
  );
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: page.items.map(({ version }) => String(version)),
    json: page.items,
    lines: wantsTable ? [await versionTable(page.items, context.output.columns)] : [],
  });
  noteMore(context, args, page, 'versions');
}

function toPage({ versions, ...rest }: VersionPage) {
  return { items: versions, ...rest };
}
