import type { SearchOptions, SearchPage } from '@document-sync/sdk';
import { commandForm, type CommandParser, type CommonArguments } from '../arguments.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../errors.js';
import { wordsOf } from '../query-words.js';
import { type FilterArguments, filterOptions, selectionOf, sortOptions } from '../filter-options.js';
import { withHelp } from '../help.js';
import { noteSearch } from '../search-notes.js';
import { openPassage } from '../open-passage.js';
import { searchResultLines } from '../output/search-results.js';

interface SearchArguments extends CommonArguments, FilterArguments {
  words: string[] | string | undefined;
  ids: boolean;
  open: number | undefined;
  fuzzy: boolean | undefined;
  'no-fuzzy': boolean;
  snippets: number | undefined;
  limit: number | undefined;
  cursor: string | undefined;
  all: boolean;
  sort: SearchOptions['sort'];
  order: SearchOptions['order'];
}

const MAXIMUM_LIMIT = 200;
const DEFAULT_LIMIT = 20;

/** `doc search <query>`. */
export function addSearch(parser: CommandParser, context: CommandContext, alone: boolean): CommandParser {
  const { name, call } = commandForm('search', alone);
  const onTerminal = context.output.columns !== undefined;
  return parser.command(
    `${name} [words..]`,
    'Find documents by what they say',
    (options) =>
      withHelp(
        sortOptions(
          filterOptions(
            options
              .positional('words', {
                type: 'string',
                array: true,

                describe: 'Words, "a phrase", -not, one OR another, begin*, name: tag: type: after: before:',
              })
              .option('format', {
                default: onTerminal ? ('table' as const) : ('json' as const),
                defaultDescription: 'table on a terminal, else json',
                requiresArg: true,
                describe: 'For people or for programs',
              })
              .option('ids', { type: 'boolean', default: false, describe: 'Print ids alone, as --quiet' })
              .option('open', {
                type: 'number',
                requiresArg: true,
                describe: 'Print the passage of the result with this number',
              })
              .option('fuzzy', {
                type: 'boolean',
                describe: 'Misspelt and half words too, beside what matches exactly',
              })
              .option('no-fuzzy', { type: 'boolean', default: false, describe: 'Only what matches exactly' })
              .option('snippets', {
                type: 'number',
                requiresArg: true,
                describe: 'How many passages to show of a document, up to 10',
                defaultDescription: '3',
              })
              .option('limit', {
                type: 'number',
                requiresArg: true,
                describe: `How many documents to show, up to ${MAXIMUM_LIMIT}`,
                defaultDescription: String(DEFAULT_LIMIT),
              })
              .option('cursor', {
                type: 'string',
                requiresArg: true,
                describe: 'Where to go on, as the call before told',
              })
              .option('all', { type: 'boolean', default: false, describe: 'Show all documents, however many' }),
          ),
          ['relevance', 'uploaded_at', 'updated_at', 'name', 'size'] as const,
        ),
        ['Where something is said', `${call} retry policy`],
        ['A phrase in the Markdown of the last week', `${call} '"back off"' --type markdown --after 7d`],
        ['Operators and filters', `${call} 'retries OR timeouts -draft tag:design'`],
        ['What begins with a dash', `${call} -- --dry-run`],
        ['Print the passage of the first result', `${call} retry policy --open 1`],
      ),
    (args) => search(context, args),
  );
}

async function search(context: CommandContext, args: SearchArguments): Promise<void> {
  const { open, format } = args;
  const q = wordsOf(args.words);
  const options = { ...searchOptionsOf(args), signal: context.signal };
  const client = await context.client();
  const page = args.all ? await allPages(client.search.bind(client), q, options) : await client.search(q, options);
  if (open !== undefined) {
    await openPassage(context, args, client, page, open);
    return;
  }
  const quiet = args.quiet || args.ids;
  const { cursor, ...found } = page;
  context.output.result(
    { format, quiet },
    {
      ids: page.results.map(({ document }) => document.document_id),
      json: found,
      lines: format === 'table' ? searchResultLines(page.results, context.output.colours) : [],
    },
  );
  noteSearch(context, { format, quiet }, found, cursor);
}

/** @throws UsageError for values that the contract does not allow, and for options that contradict each other */
function searchOptionsOf(args: SearchArguments): SearchOptions {
  const { all, cursor, fuzzy, limit, open, order, snippets, sort } = args;
  if (all && (limit !== undefined || cursor !== undefined)) {
    throw new UsageError('--all shows everything; it cannot go with --limit or --cursor.');
  }
  if (fuzzy === true && args['no-fuzzy']) {
    throw new UsageError('--fuzzy and --no-fuzzy cannot go together.');
  }
  checkWhole('--limit', limit, 1, MAXIMUM_LIMIT);
  checkWhole('--snippets', snippets, 0, 10);
  checkWhole('--open', open, 1, MAXIMUM_LIMIT);
  return {
    ...selectionOf(args),
    fuzzy: args['no-fuzzy'] ? false : fuzzy,
    snippets,
    sort,
    order,
    limit: all ? MAXIMUM_LIMIT : (limit ?? Math.max(DEFAULT_LIMIT, open ?? 0)),
    cursor,
  };
}

function checkWhole(option: string, value: number | undefined, from: number, to: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= from && value <= to)) {
    throw new UsageError(`${option} must be a whole number from ${from} to ${to}.`);
  }
}

async function allPages(
  fetchPage: (q: string, options: SearchOptions) => Promise<SearchPage>,
  q: string,
  options: SearchOptions,
): Promise<SearchPage> {
  const { cursor, ...first } = await fetchPage(q, options);
  const results = [...first.results];
  for (let next = cursor; next !== undefined;) {
    const page = await fetchPage(q, { ...options, cursor: next });
    results.push(...page.results);
    next = page.cursor;
  }
  return { ...first, results };
}
