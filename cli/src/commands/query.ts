import type { Document, DocumentClient, DocumentFilter } from '@document-sync/sdk';
import { commandForm, type CommandParser, type CommonArguments, splitTags } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { withHelp } from '../help.js';
import { UsageError } from '../errors.js';
import { documentTable } from '../output/documents.js';

interface QueryArguments extends CommonArguments {
  name: string | undefined;
  tags: string[] | undefined;
  limit: number | undefined;
  cursor: string | undefined;
  all: boolean;
}

const DEFAULT_LIMIT = 50;
/** The most that the contract allows for a page. */
const MAXIMUM_LIMIT = 1000;

/** `doc query`, alone also `doc-query`. */
export function addQuery(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('query', alone);
  return parser.command(
    name,
    'Find documents, newest first',
    (options) =>
      withHelp(
        options
          .option('name', { type: 'string', requiresArg: true, describe: 'A part of the name, in any case' })
          .option('tags', {
            string: true,
            array: true,
            requiresArg: true,
            describe: 'Comma-separated tags; a document must have all of them',
          })
          .option('limit', {
            type: 'number',
            requiresArg: true,
            describe: `How many documents to show, up to ${MAXIMUM_LIMIT}`,
            defaultDescription: String(DEFAULT_LIMIT),
          })
          .option('cursor', { type: 'string', requiresArg: true, describe: 'Where to go on, as the query before told' })
          .option('all', { type: 'boolean', default: false, describe: 'Show all documents, however many' }),
        ['The newest documents', call],
        ['Documents that have both tags', `${call} --tags design,docs`],
        ['For programs: everything known about each document', `${call} --name arch --format json`],
        ['The id of the newest one', `${call} --name arch --limit 1 --quiet`],
      ),
    (args) => query(context, args),
  );
}

async function query(context: CommandContext, args: QueryArguments): Promise<void> {
  const filter = filterOf(args);
  const { documents, cursor } = await find(await context.client(), filter, args.all, context.signal);
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: documents.map((document) => document.document_id),
    json: documents,
    lines: wantsTable && documents.length > 0 ? [await documentTable(documents, context.output.columns)] : [],
  });
  if (documents.length === 0 && wantsTable) {
    context.output.note(args.format, 'No documents found.');
  }
  if (cursor !== undefined) {
    const message = `There are more documents. Add --all for all of them, or --cursor ${cursor} for the next ones.`;
    context.output.note(args.format, message, { cursor });
  }
}

function filterOf(args: QueryArguments): DocumentFilter {
  const { name, tags, limit, cursor, all } = args;
  if (all && (limit !== undefined || cursor !== undefined)) {
    throw new UsageError('--all shows everything; it cannot go with --limit or --cursor.');
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MAXIMUM_LIMIT)) {
    throw new UsageError(`--limit must be a whole number from 1 to ${MAXIMUM_LIMIT}.`, 'For more documents use --all.');
  }
  const filter: DocumentFilter = { limit: all ? MAXIMUM_LIMIT : (limit ?? DEFAULT_LIMIT) };
  if (name !== undefined) filter.name = name;
  if (tags !== undefined) filter.tags = splitTags(tags);
  if (cursor !== undefined) filter.cursor = cursor;
  return filter;
}

async function find(
  client: DocumentClient,
  filter: DocumentFilter,
  all: boolean,
  signal: AbortSignal,
): Promise<{ documents: Document[]; cursor?: string }> {
  if (!all) {
    return client.query(filter, { signal });
  }
  const documents: Document[] = [];
  for await (const document of client.queryAll(filter, { signal })) {
    documents.push(document);
  }
  return { documents };
}
