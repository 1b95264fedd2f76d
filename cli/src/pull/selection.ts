import type { Document, DocumentClient } from '@document-sync/sdk';
import { checkedIds, optionalCollection, splitTags } from '../arguments.js';
import { UsageError } from '../errors.js';

/** The options that choose documents. */
export interface SelectionArguments {
  document_ids?: string[] | undefined;
  name: string | undefined;
  tags: string[] | undefined;
  collection: string | undefined;
}

/** What a document must be to be meant. */
export interface Filters {
  name: string | undefined;
  tags: string[] | undefined;
  collection: string | undefined;
}

/** Documents by their ids, or all that fulfil every filter. */
export type Selection = { ids: string[] } | Filters;

/** @throws UsageError where nothing is chosen, both ways of choosing are mixed, or an id is none */
export function selectionOf({ document_ids: ids = [], name, tags, ...args }: SelectionArguments): Selection {
  const collection = optionalCollection(args.collection);
  const isFiltered = name !== undefined || tags !== undefined || collection !== undefined;
  if (isFiltered && ids.length > 0) {
    throw new UsageError(
      'Ids and filters (--name, --tags, --collection) cannot go together.',
      'Choose the documents by one of them.',
    );
  }
  if (ids.length > 0) {
    return { ids: checkedIds(ids) };
  }
  const filters = { name: name === '' ? undefined : name, tags: tags && splitTags(tags), collection };
  if (filters.name === undefined && (filters.tags ?? []).length === 0 && collection === undefined) {
    throw new UsageError(
      'It is not said which documents are meant.',
      'Give their ids, or --tags, --name or --collection for all that a query would find.',
    );
  }
  return filters;
}

/** All documents that fulfil the filters. */
export async function findDocuments(
  client: DocumentClient,
  filters: Filters,
  signal: AbortSignal,
): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const document of client.queryAll({ ...filters, limit: 1000 }, { signal })) {
    documents.push(document);
  }
  return documents;
}
