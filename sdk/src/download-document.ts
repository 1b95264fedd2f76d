import { checkedDocumentId } from './checks.js';
import type { Connection } from './connection.js';
import { readDocument } from './documents.js';
import { contentEtag } from './etag.js';
import type { Document } from './contract.js';
import type { Download, DownloadOptions, NotModified } from './download.js';
import { DownloadCache } from './download-cache.js';
import { type RequestContent, startDownload } from './start-download.js';

/** Starts to pull a document's content, or that of one of its versions. */
export async function downloadDocument(
  connection: Connection,
  documentId: string,
  options: DownloadOptions,
): Promise<Download | NotModified> {
  const { api, baseUrl, retries, cache } = connection;
  const { signal } = options;
  const document_id = checkedDocumentId(documentId);
  // The digest and the length are those of the content as it is, not compressed on its way.
  const asItIs = { headers: { 'accept-encoding': 'identity' }, parseAs: 'stream' } as const;
  const request: RequestContent = async (header, version) =>
    await connection.stream({ signal }, (fetch) =>
      version === undefined
        ? api.GET('/documents/{document_id}', { params: { path: { document_id }, header }, ...asItIs, fetch })
        : api.GET('/documents/{document_id}/versions/{version}', {
            params: { path: { document_id, version }, header },
            ...asItIs,
            fetch,
          }),
    );
  return await startDownload({
    documentId,
    options,
    request,
    describe: async (version) => factsOf(await readDocument(connection, documentId, { version, signal })),
    retries,
    cache: cache && new DownloadCache(cache, baseUrl, documentId, options.version),
  });
}

function factsOf(document: Document) {
  const { version, name, original_filename, mime_type, size_bytes, checksum_sha256 } = document;
  return {
    version,
    name,
    filename: original_filename,
    mimeType: mime_type,
    sizeBytes: size_bytes,
    etag: contentEtag(document),
    checksumSha256: checksum_sha256,
  };
}
