import type { DocumentClient, DocumentSelection } from '@document-sync/sdk';
import { UsageError } from '../errors.js';

/** Which documents belong to a folder: those with a tag, or those in a collection. */
export type DocumentSet = { readonly tag: string } | { readonly collection: string };

/** The set of an object that names one. */
export function documentSetOf(holder: DocumentSet): DocumentSet {
  return 'tag' in holder ? { tag: holder.tag } : { collection: holder.collection };
}

/** Whether something that was read names one. */
export function isDocumentSet(holder: object): holder is DocumentSet {
  return 'tag' in holder
    ? typeof holder.tag === 'string'
    : 'collection' in holder && typeof holder.collection === 'string';
}

/** What a query for them asks. */
export function filterOf(set: DocumentSet): DocumentSelection {
  return 'tag' in set ? { tags: [set.tag] } : { collection: set.collection };
}

/** What a push carries, so that the document is one of them. */
export function membershipIn(set: DocumentSet): { tags: string[] } | { collectionId: string } {
  return 'tag' in set ? { tags: [set.tag] } : { collectionId: set.collection };
}

/** How it reads in a sentence. */
export function inWords(set: DocumentSet): string {
  return 'tag' in set ? `the tag ${JSON.stringify(set.tag)}` : `the collection ${set.collection}`;
}

export function isSameSet(a: DocumentSet, b: DocumentSet): boolean {
  return inWords(a) === inWords(b);
}

/**
 * Sees to it that a list of them was whole. A collection that is gone, or that the key may not read any more, answers
 * queries as an empty one does: every document would look deleted. To be called after the list was read.
 * @throws UsageError for a collection whose documents are not for this key to read; the SDK's error for one that is not there
 */
export async function assertReadable(client: DocumentClient, set: DocumentSet, signal: AbortSignal): Promise<void> {
  if ('tag' in set) return;
  const { role } = await client.getCollection(set.collection, { signal });
  if (role !== undefined) return;
  throw new UsageError(
    `This key may not read the documents in the collection ${set.collection}.`,
    'A grant on it helps: `doc collection grant` with the role editor, or viewer for --pull-only.',
  );
}
