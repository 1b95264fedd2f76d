import type { LinkPage } from '@document-sync/sdk';
import {
  checkedId,
  checkedVersion,
  commandForm,
  type CommandParser,
  type CommonArguments,
  documentIdArgument,
  documentVersionOption,
} from '../arguments.js';
import type { CommandContext } from '../context.js';
import { parseDuration } from '../duration-option.js';
import { UsageError } from '../errors.js';
import { withHelp } from '../help.js';
import { field } from '../output/documents.js';
import { linkTable } from '../output/links.js';
import { formatLocalTime } from '../output/local-time.js';
import { checkedPage, fetchPage, noteMore, type PagingArguments, pagingOptions } from '../paging.js';

interface ShareArguments extends CommonArguments, PagingArguments {
  document_id: string;
  version: string | undefined;
  expires: string | undefined;
  'max-downloads': number | undefined;
  list: boolean;
  revoke: string | undefined;
}

const LINK_ID = /^lnk_[0-9a-f]{16}$/;
const YEAR_SECONDS = 365 * 24 * 60 * 60;
const MOST_DOWNLOADS = 1_000_000;

/** `doc share <document_id>`. */
export function addShare(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('share', alone);
  return parser.command(
    `${name} <document_id>`,
    'Make a link that opens a document to whoever has it, without a key',
    (options) =>
      withHelp(
        pagingOptions(
          documentVersionOption(documentIdArgument(options))
            .option('expires', {
              type: 'string',
              requiresArg: true,
              describe: 'How long it is valid: 90m, 12h, 7d, up to 365d [default: 7d]',
            })
            .option('max-downloads', { type: 'number', requiresArg: true, describe: 'After how many it is used up' })
            .option('list', { type: 'boolean', default: false, describe: 'List the links instead' })
            .option('revoke', { type: 'string', requiresArg: true, describe: 'End the link of this id instead' }),
          'links',
        ),
        ['Share what it is now for a week', `${call} doc_0123456789ab`],
        [
          'Share the first version for an hour, once',
          `${call} doc_0123456789ab --version 1 --expires 1h --max-downloads 1`,
        ],
        ['The address alone', `url=$(${call} doc_0123456789ab --quiet)`],
        ['See the links, and end one', `${call} doc_0123456789ab --list`],
        ['End one', `${call} doc_0123456789ab --revoke lnk_0123456789abcdef`],
      ),
    (args) => share(context, args),
  );
}

async function share(context: CommandContext, args: ShareArguments): Promise<void> {
  const documentId = checkedId(args.document_id);
  const { list, revoke, expires, version, 'max-downloads': maxDownloads } = args;
  const isToBeMade = [expires, version, maxDownloads].some((option) => option !== undefined);
  if ([list, revoke !== undefined, isToBeMade].filter(Boolean).length > 1) {
    throw new UsageError('A link is made, listed or revoked; the options for these cannot go together.');
  }
  if (list) await listLinks(context, args, documentId);
  else if (revoke !== undefined) await endLink(context, args, documentId, revoke);
  else await makeLink(context, args, documentId);
}

async function makeLink(context: CommandContext, args: ShareArguments, documentId: string): Promise<void> {
  const version = checkedVersion('--version', args.version);
  const { expires, 'max-downloads': maxDownloads } = args;
  const expiresInSeconds = expires === undefined ? undefined : parseDuration(expires);
  if (expiresInSeconds !== undefined && !(expiresInSeconds >= 60 && expiresInSeconds <= YEAR_SECONDS)) {
    throw new UsageError('--expires must be from 1m to 365d.');
  }
  if (
    maxDownloads !== undefined &&
    !(Number.isInteger(maxDownloads) && maxDownloads >= 1 && maxDownloads <= MOST_DOWNLOADS)
  ) {
    throw new UsageError(`--max-downloads must be a whole number from 1 to ${MOST_DOWNLOADS}.`);
  }
  const client = await context.client();
  const link = await client.createLink(documentId, { version, expiresInSeconds, maxDownloads, signal: context.signal });
  context.output.result(args, {
    ids: [link.url],
    json: link,
    lines: [
      field('URL', link.url),
      field('Link ID', link.link_id),
      field('Version', String(link.version)),
      field('Valid until', formatLocalTime(link.expires_at)),
      ...(maxDownloads === undefined ? [] : [field('Downloads', `${maxDownloads} at most`)]),
    ],
  });
}

async function listLinks(context: CommandContext, args: ShareArguments, documentId: string): Promise<void> {
  const request = checkedPage(args, 'links');
  const client = await context.client();
  const { signal } = context;
  const page = await fetchPage(
    {
      page: async (wanted) => toPage(await client.listLinks(documentId, wanted, { signal })),
      all: (wanted) => client.listLinksAll(documentId, wanted, { signal }),
    },
    request,
    args.all,
  );
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: page.items.map(({ link_id }) => link_id),
    json: page.items,
    lines: wantsTable && page.items.length > 0 ? [await linkTable(page.items, new Date(), context.output.columns)] : [],
  });
  if (page.items.length === 0 && wantsTable) context.output.note(args.format, 'No links found.');
  noteMore(context, args, page, 'links');
}

async function endLink(
  context: CommandContext,
  args: ShareArguments,
  documentId: string,
  linkId: string,
): Promise<void> {
  if (!LINK_ID.test(linkId)) {
    throw new UsageError(
      `"${linkId}": a link id is "lnk_" and 16 hexadecimal digits.`,
      '`doc share <document_id> --list` lists the links with their ids.',
    );
  }
  const client = await context.client();
  await client.revokeLink(documentId, linkId, { signal: context.signal });
  context.output.result(args, {
    ids: [linkId],
    json: { link_id: linkId, document_id: documentId, revoked: true },
    lines: [`Revoked: ${linkId}`],
  });
}

function toPage({ links: items, ...rest }: LinkPage) {
  return { items, ...rest };
}
