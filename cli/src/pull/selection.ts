import type { Document, DocumentClient } from '@document-sync/sdk';
import { checkedIds, splitTags } from '../arguments.js';
import { UsageError } from '../errors.js';

/** The options that choose documents. */
export interface SelectionArguments {
  document_ids?: string[] | undefined;
  name: string | undefined;
  tags: string[] | undefined;
}

/** Documents by their ids, or all that fulfil every filter. */
export type Selection = { ids: string[] } | { name: string | undefined; tags: string[] | undefined };

/** @throws UsageError where nothing is chosen, both ways of choosing are mixed, or an id is none */
export function selectionOf({ document_ids: ids = [], name, tags }: SelectionArguments): Selection {
  const isFiltered = name !== undefined || tags !== undefined;
  if (isFiltered && ids.length > 0) {
    throw new UsageError(
      'Ids and filters (--name, --tags) cannot go together.',
      'Choose the documents by one of them.',
    );
  }
  if (ids.length > 0) {
    return { ids: checkedIds(ids) };
  }
  const filters = { name: name === '' ? undefined : name, tags: tags && splitTags(tags) };
  if (filters.name === undefined && (filters.tags ?? []).length === 0) {
    throw new UsageError(
      'It is not said which documents are meant.',
      'Give their ids, or --tags or --name for all that a query would find.',
    );
  }
  return filters;
}

/** All documents that fulfil the filters. */
export async function findDocuments(
  client: DocumentClient,
  { name, tags }: { name: string | undefined; tags: string[] | undefined },
  signal: AbortSignal,
): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const document of client.queryAll({ name, tags, limit: 1000 }, { signal })) {
    documents.push(document);
  }
  return documents;
}
