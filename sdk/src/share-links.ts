import { checkedDocumentId, checkedId } from './checks.js';
import type { CallOptions, Connection } from './connection.js';
import type { CreatedLink, PageRequest, ShareLink } from './contract.js';
import { given } from './given.js';
import { type Page, pageOf } from './pages.js';

export interface LinkOptions extends CallOptions {
  /** Which version is shared, also when there are newer ones; left out, the current one. */
  version?: number | undefined;
  /** How long the link is valid: 60 seconds to a year, a week when left out. */
  expiresInSeconds?: number | undefined;
  /** After how many downloads it is used up; left out, never. */
  maxDownloads?: number | undefined;
}

/** Makes a link to one version of a document. */
export async function createLink(
  connection: Connection,
  documentId: string,
  { version, expiresInSeconds, maxDownloads, signal }: LinkOptions,
): Promise<CreatedLink> {
  const params = { path: { document_id: checkedDocumentId(documentId) } };
  const body = given({ version, expires_in_seconds: expiresInSeconds, max_downloads: maxDownloads });
  const link = await connection.json({ signal }, (fetch) =>
    connection.api.POST('/documents/{document_id}/links', { params, body, fetch }),
  );
  // The server does not know by which address it is reached.
  return { ...link, url: connection.baseUrl + link.url };
}

/** Lists one page of the links to a document. */
export async function listLinks(
  connection: Connection,
  documentId: string,
  { limit, cursor }: PageRequest,
  { signal }: CallOptions,
): Promise<Page<ShareLink>> {
  const params = { path: { document_id: checkedDocumentId(documentId) }, query: given({ limit, cursor }) };
  return await pageOf(connection, { signal }, (fetch) =>
    connection.api.GET('/documents/{document_id}/links', { params, fetch }),
  );
}

/** Ends a link, or leaves it ended. */
export async function revokeLink(
  connection: Connection,
  documentId: string,
  linkId: string,
  { signal }: CallOptions,
): Promise<void> {
  const link_id = checkedId(linkId, 'a link id', 'lnk_0123456789abcdef');
  const params = { path: { document_id: checkedDocumentId(documentId), link_id } };
  await connection.stream({ signal }, (fetch) =>
    connection.api.DELETE('/documents/{document_id}/links/{link_id}', { params, fetch }),
  );
}
