import assert from 'node:assert/strict';
import type { DocumentFilter, DocumentPosition } from '../features/documents/index.js';
import type { StagedContent } from '../kernel/content.js';
import { ANONYMOUS, type Principal } from '../kernel/principal.js';
import { BARE, type Store } from './store.js';

/** A document as a test of queries knows it. */
export interface Known {
  readonly document_id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** Content that lies nowhere: nobody reads it here. */
const CONTENT: StagedContent = {
  checksum_sha256: '0'.repeat(64),
  size_bytes: 0,
  publish: () => Promise.resolve(),
  isPublished: () => Promise.resolve(true),
  read: () => Promise.resolve(new Uint8Array()),
  discard: () => undefined,
};

/** Pushes documents without content of their own, which is not what these tests are about. */
export function pushNamed(
  store: Store,
  documents: readonly Omit<Known, 'document_id'>[],
  principal: Principal = ANONYMOUS,
): Promise<Known[]> {
  return Promise.all(
    documents.map(async ({ name, tags }) => {
      const { document_id } = await store.documents.push(principal, { ...BARE, name, tags, content: CONTENT });
      return { document_id, name, tags };
    }),
  );
}

/** Follows the pages of a query to the end; `betweenPages` is told what was found so far. */
export async function queryAll(
  store: Store,
  filter: DocumentFilter,
  limit: number,
  betweenPages: (found: Known[]) => Promise<void> = () => Promise.resolve(),
): Promise<Known[]> {
  const found: Known[] = [];
  let after: DocumentPosition | undefined;
  do {
    const page = await store.documents.query(ANONYMOUS, filter, limit, after);
    assert.ok(page.documents.length <= limit);
    assert.ok(page.next === undefined || page.documents.length === limit, 'a page that is not full is not the last');
    found.push(...page.documents.map(({ document_id, name, tags }) => ({ document_id, name, tags })));
    after = page.next;
    await betweenPages(found);
  } while (after !== undefined);
  return found;
}
