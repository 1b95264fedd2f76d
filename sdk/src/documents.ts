import { checkedDocumentId } from './checks.js';
import type { CallOptions, Connection } from './connection.js';
import type { DigestUpload, Document, DocumentChange, DocumentFilter } from './contract.js';
import { ifMatchHeader } from './etag.js';
import { given } from './given.js';
import { type Page, pageOf } from './pages.js';
import { selectionQuery } from './selection.js';
import type { RequestBody } from './transport/request-body.js';

/** Which version of a document; left out, the current one. */
export interface VersionOptions extends CallOptions {
  version?: number | undefined;
}

export interface UpdateOptions extends CallOptions {
  /**
   * Change the document only while it still is what this ETag names: that of its content, or `"<revision>"`, which covers
   * its name, tags and description, too. Left out or `*`, whatever it is.
   */
  ifMatch?: string | undefined;
}

/** Pushes a form with a file. */
export async function pushDocument(
  connection: Connection,
  body: RequestBody,
  { signal }: CallOptions,
): Promise<Document> {
  return await connection.json({ signal, body }, (fetch) => connection.api.POST('/documents', { ...STREAMED, fetch }));
}

/** Makes a document of content that the server has. */
export async function pushDigest(
  connection: Connection,
  content: DigestUpload,
  { signal }: CallOptions,
): Promise<Document> {
  return await connection.json({ signal }, (fetch) => connection.api.POST('/documents', { body: content, fetch }));
}

/** What openapi-fetch is told about a form that the transport sends as a stream of its own. */
export const STREAMED = {
  // Only satisfies the type.
  body: { file: '' },
  bodySerializer: () => undefined,
  // Without this, Node's fetch keeps the whole body in memory for a redirect that might come.
  redirect: 'error',
} as const;

/** Reads a document's metadata, with the facts of one version's content. */
export async function readDocument(
  connection: Connection,
  documentId: string,
  { version, signal }: VersionOptions,
): Promise<Document> {
  const params = { path: { document_id: checkedDocumentId(documentId) }, query: given({ version }) };
  return await connection.json({ signal }, (fetch) =>
    connection.api.GET('/documents/{document_id}/metadata', { params, fetch }),
  );
}

/** Changes a document's metadata. */
export async function changeDocument(
  connection: Connection,
  documentId: string,
  change: DocumentChange,
  { ifMatch, signal }: UpdateOptions,
): Promise<Document> {
  const params = { path: { document_id: checkedDocumentId(documentId) }, header: ifMatchHeader(ifMatch) };
  return await connection.json({ signal }, (fetch) =>
    connection.api.PATCH('/documents/{document_id}', { params, body: change, fetch }),
  );
}

/**
 * Finds one page of documents.
 *
 * @throws TypeError for a tag that the wire cannot carry
 */
export async function findDocuments(
  connection: Connection,
  filter: DocumentFilter,
  { signal }: CallOptions,
): Promise<Page<Document>> {
  const { sort, order, limit, cursor } = filter;
  const query = { ...selectionQuery(filter), ...given({ sort, order, limit, cursor }) };
  return await pageOf(connection, { signal }, (fetch) =>
    connection.api.GET('/documents', { params: { query }, fetch }),
  );
}
