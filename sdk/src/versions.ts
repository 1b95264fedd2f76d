import { checkedDocumentId } from './checks.js';
import type { CallOptions, Connection } from './connection.js';
import { changeContent, type ContentChangeOptions, type MergeableChangeOptions } from './content-change.js';
import type { ContentEdit, DigestVersion, PageRequest, TransferProgress, Version, VersionChange } from './contract.js';
import { STREAMED } from './documents.js';
import { ifMatchHeader } from './etag.js';
import { given } from './given.js';
import { itemsOf, type Page, pageOf } from './pages.js';
import { platform } from '#platform';
import { isResumable, pushResumably, type ResumableContent, unlessUnknown } from './resumable/resumable-push.js';
import { contentOf, type UploadSource } from './upload-source.js';

export interface CreateVersionOptions extends MergeableChangeOptions {
  /** The file's name; left out, that of the path or the `File`. A stream or a plain `Blob` needs one. */
  filename?: string | undefined;
  /** The content's media type, for the case that the file's name does not tell it. */
  contentType?: string | undefined;
  /** Of a large file by its path: go on with what an earlier call has left; left out, yes. */
  resume?: boolean | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** As of every change of content; what to say about it stands with the content. */
export type DigestVersionOptions = Omit<MergeableChangeOptions, 'message'>;

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
  if (isResumable(content, connection.resumableFromBytes)) {
    return await pushVersionResumably(connection, documentId, content, options);
  }
  const fields: [string, string][] = message === undefined ? [] : [['message', message]];
  return await changeContent(connection, {
    documentId,
    options,
    body: await platform.formBody({ fields, files: [{ field: 'file', content }], onProgress }),
    send: (fetch) => connection.api.POST('/documents/{document_id}/versions', { params, ...STREAMED, fetch }),
  });
}

async function pushVersionResumably(
  connection: Connection,
  documentId: string,
  content: ResumableContent,
  options: CreateVersionOptions,
): Promise<VersionChange> {
  const { ifMatch, onConflict, message, contentType, resume, signal, onProgress } = options;
  const { filename } = content;
  const said = given({ filetype: contentType, on_conflict: onConflict, message });
  return await pushResumably(connection, {
    content,
    metadata: Object.entries({ filename, document_id: documentId, if_match: ifMatch, ...said }),
    byDigest: (checksum_sha256) => {
      const facts = { checksum_sha256, original_filename: filename, ...given({ mime_type: contentType, message }) };
      return unlessUnknown(pushVersionDigest(connection, documentId, facts, options));
    },
    resultOf: ({ change }) => change,
    resume,
    signal,
    onProgress,
  });
}

/** Makes content that the server has the document's newest version. */
export async function pushVersionDigest(
  connection: Connection,
  documentId: string,
  content: DigestVersion,
  options: DigestVersionOptions,
): Promise<VersionChange> {
  const params = changeParams(documentId, options);
  return await changeContent(connection, {
    documentId,
    options,
    send: (fetch) => connection.api.POST('/documents/{document_id}/versions', { params, body: content, fetch }),
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

function changeParams(documentId: string, { ifMatch, onConflict }: DigestVersionOptions) {
  return {
    path: { document_id: checkedDocumentId(documentId) },
    query: given({ on_conflict: onConflict }),
    header: ifMatchHeader(ifMatch),
  };
}
