import { checkedDocumentId } from './checks.js';
import type { CallOptions, Connection } from './connection.js';
import type { DeletedDocument, Document, PageRequest } from './contract.js';
import { ProblemError } from './errors.js';
import { ifMatchHeader } from './etag.js';
import { given } from './given.js';
import { type Page, pageOf } from './pages.js';

export interface DeleteOptions extends CallOptions {
  /** Remove the document for good, with all its versions, instead of moving it to the trash; also out of the trash. */
  purge?: boolean | undefined;
  /** Delete the document only while it still is what this ETag names, as in `update`. Left out or `*`, whatever it is. */
  ifMatch?: string | undefined;
}

/** Moves a document to the trash, or removes it for good. */
export async function deleteDocument(
  connection: Connection,
  documentId: string,
  { purge, ifMatch, signal }: DeleteOptions,
): Promise<void> {
  const params = {
    path: { document_id: checkedDocumentId(documentId) },
    query: given({ purge }),
    header: ifMatchHeader(ifMatch),
  };
  const attempts = { perhapsDone: false };
  const onUncertain = (): void => {
    attempts.perhapsDone = true;
  };
  try {
    await connection.json({ signal, onUncertain }, (fetch) =>
      connection.api.DELETE('/documents/{document_id}', { params, fetch }),
    );
  } catch (error) {
    // The connection was lost after the request, and the repetition finds nothing: the first one did it.
    if (!(attempts.perhapsDone && error instanceof ProblemError && error.code === 'document_not_found')) throw error;
  }
}

/** Takes a document out of the trash. */
export async function restoreDocument(
  connection: Connection,
  documentId: string,
  { signal }: CallOptions,
): Promise<Document> {
  const params = { path: { document_id: checkedDocumentId(documentId) } };
  // The contract says that it can be repeated: a document that is back already is answered as it is.
  return await connection.json({ signal, repeatable: true }, (fetch) =>
    connection.api.POST('/documents/{document_id}/restore', { params, fetch }),
  );
}

/** Lists one page of the trash. */
export async function listTrash(
  connection: Connection,
  { limit, cursor }: PageRequest,
  { signal }: CallOptions,
): Promise<Page<DeletedDocument>> {
  const params = { query: given({ limit, cursor }) };
  return await pageOf(connection, { signal }, (fetch) => connection.api.GET('/trash', { params, fetch }));
}
