import type { PageRequest } from '@document-sync/sdk';
import type { Argv } from 'yargs';
import type { CommonArguments } from './arguments.js';
import type { CommandContext } from './context.js';
import { UsageError } from './errors.js';

/** The options of a command that lists what may be very long. */
export interface PagingArguments {
  limit: number | undefined;
  cursor: string | undefined;
  all: boolean;
}

/** A page as it came, or all pages in one. */
export interface Page<Item> {
  items: Item[];
  /** Where the next page starts, where there is one. */
  cursor?: string;
}

/** The server's lists, page by page or one item after the other. */
export interface Pages<Item> {
  page(request: PageRequest): Promise<Page<Item>>;
  all(request: PageRequest): AsyncIterable<Item>;
}

const DEFAULT_LIMIT = 50;
/** The most that the contract allows for a page. */
const MAXIMUM_LIMIT = 1000;

/** Adds the options. @param what What is listed, in the plural. */
export function pagingOptions<Arguments>(options: Argv<Arguments>, what: string): Argv<Arguments & PagingArguments> {
  return options
    .option('limit', {
      type: 'number',
      requiresArg: true,
      describe: `How many ${what} to show, up to ${MAXIMUM_LIMIT}`,
      defaultDescription: String(DEFAULT_LIMIT),
    })
    .option('cursor', { type: 'string', requiresArg: true, describe: 'Where to go on, as the call before told' })
    .option('all', { type: 'boolean', default: false, describe: `Show all ${what}, however many` });
}

/**
 * Checks the options before anything is asked of the server.
 * @throws UsageError for a limit that the contract does not allow, and for options that contradict each other
 */
export function checkedPage({ limit, cursor, all }: PagingArguments, what: string): PageRequest {
  if (all && (limit !== undefined || cursor !== undefined)) {
    throw new UsageError('--all shows everything; it cannot go with --limit or --cursor.');
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MAXIMUM_LIMIT)) {
    throw new UsageError(`--limit must be a whole number from 1 to ${MAXIMUM_LIMIT}.`, `For more ${what} use --all.`);
  }
  return { limit: all ? MAXIMUM_LIMIT : (limit ?? DEFAULT_LIMIT), cursor };
}

/** Gets the page that is wanted, or with `all` everything. */
export async function fetchPage<Item>(pages: Pages<Item>, request: PageRequest, all: boolean): Promise<Page<Item>> {
  if (!all) {
    return pages.page(request);
  }
  const items: Item[] = [];
  for await (const item of pages.all(request)) {
    items.push(item);
  }
  return { items };
}

/** Says that there is more than was shown, where there is. */
export function noteMore(
  context: CommandContext,
  args: CommonArguments,
  { cursor }: Page<unknown>,
  what: string,
): void {
  if (cursor !== undefined) {
    const message = `There are more ${what}. Add --all for all of them, or --cursor ${cursor} for the next ones.`;
    context.output.note(args.format, message, { cursor });
  }
}
