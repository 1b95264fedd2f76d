import { checkedDocumentId } from './checks.js';
import type { CallOptions, Connection } from './connection.js';
import { changeContent, type ContentChangeOptions, type MergeableChangeOptions } from './content-change.js';
import type { ContentEdit, PageRequest, TransferProgress, Version, VersionChange } from './contract.js';
import { STREAMED } from './documents.js';
import { ifMatchHeader } from './etag.js';
import { given } from './given.js';
import { itemsOf, type Page, pageOf } from './pages.js';
import { platform } from '#platform';
import { contentOf, type UploadSource } from './upload-source.js';

export interface CreateVersionOptions extends MergeableChangeOptions {
  /** The file's name; left out, that of the path or the `File`. A stream or a plain `Blob` needs one. */
  filename?: string | undefined;
  /** The content's media type, for the case that the file's name does not tell it. */
  contentType?: string | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** Makes a file the document's newest version. */
export async function pushVersion(
  connection: Connection,
  documentId: string,
  source: UploadSource,
  options: CreateVersionOptions,
): Promise<VersionChange> {
  const { message, onProgress } = options;
  const params = changeParams(documentId, options);
  const content = await contentOf(source, options);
  const fields: [string, string][] = message === undefined ? [] : [['message', message]];
  return await changeContent(connection, {
    documentId,
    options,
    body: await platform.formBody({ fields, content, onProgress }),
    send: (fetch) => connection.api.POST('/documents/{document_id}/versions', { params, ...STREAMED, fetch }),
  });
}

/** Edits a text document. */
export async function editDocument(
  connection: Connection,
  documentId: string,
  edits: readonly ContentEdit[],
  options: MergeableChangeOptions,
): Promise<VersionChange> {
  const params = changeParams(documentId, options);
  const body = { edits: [...edits], ...given({ message: options.message }) };
  return await changeContent(connection, {
    documentId,
    options,
    send: (fetch) => connection.api.PATCH('/documents/{document_id}/content', { params, body, fetch }),
  });
}

/** Makes an old version's content the newest. */
export async function rollBackDocument(
  connection: Connection,
  documentId: string,
  version: number,
  options: ContentChangeOptions,
): Promise<VersionChange> {
  const { ifMatch, message, signal } = options;
  const params = { path: { document_id: checkedDocumentId(documentId) }, header: ifMatchHeader(ifMatch) };
  const body = { version, ...given({ message }) };
  return await changeContent(connection, {
    documentId,
    options: { ifMatch, signal },
    send: (fetch) => connection.api.POST('/documents/{document_id}/rollback', { params, body, fetch }),
  });
}

/** Lists one page of a document's versions, the newest first. */
export async function listVersions(
  connection: Connection,
  documentId: string,
  { limit, cursor }: PageRequest,
  { signal }: CallOptions,
): Promise<Page<Version>> {
  const params = { path: { document_id: checkedDocumentId(documentId) }, query: given({ limit, cursor }) };
  return await pageOf(connection, { signal }, (fetch) =>
    connection.api.GET('/documents/{document_id}/versions', { params, fetch }),
  );
}

/** Every version of a document, page after page as they are asked for. */
export function everyVersion(
  connection: Connection,
  documentId: string,
  { limit }: Omit<PageRequest, 'cursor'>,
  options: CallOptions,
): AsyncIterable<Version> {
  return itemsOf((cursor) => listVersions(connection, documentId, { limit, cursor }, options));
}

function changeParams(documentId: string, { ifMatch, onConflict }: MergeableChangeOptions) {
  return {
    path: { document_id: checkedDocumentId(documentId) },
    query: given({ on_conflict: onConflict }),
    header: ifMatchHeader(ifMatch),
  };
}
