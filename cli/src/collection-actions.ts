import type { Collection, CollectionPage, Grant, Role } from '@document-sync/sdk';
import { checkedCollection, checkedIds, type CommonArguments } from './arguments.js';
import type { CommandContext } from './context.js';
import { UsageError } from './errors.js';
import { collectionLines, collectionTable, grantTable } from './output/collections.js';
import { checkedPage, fetchPage, noteMore, type PagingArguments } from './paging.js';

const GRANTEE = /^(?:[0-9a-f]{16}|everyone)$/;
const ROLES: readonly Role[] = ['viewer', 'editor', 'manager'];

export interface CollectionArguments extends CommonArguments, PagingArguments {
  action: CollectionAction;
  arguments: string[] | undefined;
  name: string | undefined;
  description: string | undefined;
}

/** One thing to do with collections. */
export interface Action {
  /** The arguments, as its usage names them; the last may stand for several. */
  readonly takes: readonly string[];
  /** The options beside those of every command and of listings. */
  readonly options: readonly string[];
  readonly run: (context: CommandContext, args: CollectionArguments, given: readonly string[]) => Promise<void>;
}

const ONE = 'collection_id';
const DOCUMENTS = 'document_id…';

export const COLLECTION_ACTIONS = {
  create: { takes: ['name'], options: ['description'], run: create },
  list: { takes: [], options: [], run: list },
  show: { takes: [ONE], options: [], run: show },
  update: { takes: [ONE], options: ['name', 'description'], run: update },
  rm: { takes: [ONE], options: [], run: remove },
  add: { takes: [ONE, DOCUMENTS], options: [], run: addDocuments },
  remove: { takes: [ONE, DOCUMENTS], options: [], run: removeDocuments },
  grants: { takes: [ONE], options: [], run: grants },
  grant: { takes: [ONE, 'key_id or everyone', 'role'], options: [], run: grant },
  revoke: { takes: [ONE, 'key_id or everyone'], options: [], run: revoke },
} satisfies Record<string, Action>;

export type CollectionAction = keyof typeof COLLECTION_ACTIONS;

type Given = readonly string[];

async function create(context: CommandContext, args: CollectionArguments, [name = '']: Given): Promise<void> {
  const { description } = args;
  const client = await context.client();
  const made = { name, ...(description !== undefined && { description }) };
  tell(context, args, await client.createCollection(made, { signal: context.signal }));
}

async function list(context: CommandContext, args: CollectionArguments): Promise<void> {
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

async function show(context: CommandContext, args: CollectionArguments, given: Given): Promise<void> {
  const id = collectionIn(given);
  const client = await context.client();
  tell(context, args, await client.getCollection(id, { signal: context.signal }));
}

async function update(context: CommandContext, args: CollectionArguments, given: Given): Promise<void> {
  const id = collectionIn(given);
  const { name, description } = args;
  if (name === undefined && description === undefined) {
    throw new UsageError('It is not said what is to change.', 'Give --name or --description.');
  }
  const change = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
  const client = await context.client();
  tell(context, args, await client.updateCollection(id, change, { signal: context.signal }));
}

async function remove(context: CommandContext, args: CollectionArguments, given: Given): Promise<void> {
  const id = collectionIn(given);
  const client = await context.client();
  await client.deleteCollection(id, { signal: context.signal });
  context.output.result(args, {
    ids: [id],
    json: { collection_id: id, deleted: true },
    lines: [`Deleted: ${id}. The documents stay.`],
  });
}

async function addDocuments(context: CommandContext, args: CollectionArguments, given: Given): Promise<void> {
  await moveDocuments(context, args, given, 'add');
}

async function removeDocuments(context: CommandContext, args: CollectionArguments, given: Given): Promise<void> {
  await moveDocuments(context, args, given, 'remove');
}

/** One after the other; what was done before one fails stays done, and repeating the command does no harm. */
async function moveDocuments(
  context: CommandContext,
  args: CollectionArguments,
  given: Given,
  direction: 'add' | 'remove',
): Promise<void> {
  const id = collectionIn(given);
  const documents = checkedIds(given.slice(1));
  const client = await context.client();
  const { signal } = context;
  for (const document of documents) {
    if (direction === 'add') await client.addToCollection(id, document, { signal });
    else await client.removeFromCollection(id, document, { signal });
  }
  context.output.result(args, {
    ids: documents,
    json: documents.map((document_id) => ({ collection_id: id, document_id, is_member: direction === 'add' })),
    lines: documents.map((document) => (direction === 'add' ? `Added: ${document}` : `Removed: ${document}`)),
  });
}

async function grants(context: CommandContext, args: CollectionArguments, given: Given): Promise<void> {
  const id = collectionIn(given);
  const client = await context.client();
  const found = await client.listGrants(id, { signal: context.signal });
  const wantsTable = args.format === 'table' && !args.quiet;
  context.output.result(args, {
    ids: found.map(({ grantee }) => grantee),
    json: found,
    lines: wantsTable && found.length > 0 ? [await grantTable(found, context.output.columns)] : [],
  });
  if (found.length === 0 && wantsTable) context.output.note(args.format, 'Nothing is granted on it.');
}

async function grant(context: CommandContext, args: CollectionArguments, given: Given): Promise<void> {
  const id = collectionIn(given);
  const grantee = granteeIn(given);
  const role = ROLES.find((known) => known === given[2]);
  if (role === undefined) {
    throw new UsageError(`There is no role "${given[2] ?? ''}".`, `Roles are ${ROLES.join(', ')}.`);
  }
  const client = await context.client();
  const made: Grant = await client.setGrant(id, grantee, role, { signal: context.signal });
  context.output.result(args, { ids: [grantee], json: made, lines: [`Granted: ${grantee} is ${role} of ${id}`] });
}

async function revoke(context: CommandContext, args: CollectionArguments, given: Given): Promise<void> {
  const id = collectionIn(given);
  const grantee = granteeIn(given);
  const client = await context.client();
  await client.removeGrant(id, grantee, { signal: context.signal });
  context.output.result(args, {
    ids: [grantee],
    json: { collection_id: id, grantee, revoked: true },
    lines: [`Revoked: ${grantee} has no grant on ${id}`],
  });
}

function tell(context: CommandContext, args: CollectionArguments, found: Collection): void {
  context.output.result(args, { ids: [found.collection_id], json: found, lines: collectionLines(found) });
}

function collectionIn([id = '']: Given): string {
  return checkedCollection(id);
}

function granteeIn([, grantee = '']: Given): string {
  if (GRANTEE.test(grantee)) return grantee;
  throw new UsageError(
    `"${grantee}": a key id is 16 hexadecimal digits.`,
    'Give the id of a key, or everyone for all keys of the tenant.',
  );
}

function toPage({ collections: items, ...rest }: CollectionPage) {
  return { items, ...rest };
}
