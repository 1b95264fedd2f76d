import { foreignAnswer, mediaType } from './answers.js';
import type { CallOptions, Connection } from './connection.js';
import type { DocumentSelection } from './contract.js';
import { attachmentName } from './download-headers.js';
import { given } from './given.js';
import { selectionQuery } from './selection.js';

/** Which documents an archive holds: those that are named (up to 500), or all that fulfil every filter. */
export type ArchiveSelection = { documentIds: readonly string[] } | DocumentSelection;

export interface ArchiveOptions extends CallOptions {
  /** Left out, `zip`. */
  format?: 'zip' | 'tar' | undefined;
}

/** An archive on its way. */
export interface Archive {
  /** What to call it, as the server suggests. */
  filename: string;
  contentType: string;
  /** The bytes. Read it to its end or cancel it. It has no length beforehand; a lost connection ends it in an error. */
  body: ReadableStream<Uint8Array>;
}

/**
 * Starts to pull many documents as one file.
 *
 * @throws TypeError for a tag that the wire cannot carry
 */
export async function startArchive(
  connection: Connection,
  selection: ArchiveSelection,
  { format, signal }: ArchiveOptions,
): Promise<Archive> {
  const chosen = 'documentIds' in selection ? { document_ids: [...selection.documentIds] } : selectionQuery(selection);
  const query = { ...chosen, ...given({ format }) };
  const response = await connection.stream({ signal }, (fetch) =>
    connection.api.GET('/archive', {
      params: { query },
      headers: { 'accept-encoding': 'identity' },
      parseAs: 'stream',
      fetch,
    }),
  );
  const contentType = mediaType(response);
  if (response.body === null || !/^application\/(?:zip|x-tar)$/.test(contentType)) {
    await response.body?.cancel();
    throw foreignAnswer(`${connection.baseUrl}/archive`, response);
  }
  const filename = attachmentName(response.headers.get('content-disposition') ?? '') ?? `documents.${format ?? 'zip'}`;
  return { filename, contentType, body: response.body };
}
