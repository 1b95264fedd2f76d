import { foreignAnswer } from '../answers.js';
import type { Connection } from '../connection.js';
import type { TransferProgress, UploadState } from '../contract.js';
import type { LocalFile } from '../form.js';

/** What an upload is to become: keys and values of `Upload-Metadata`. */
export type UploadMetadata = readonly (readonly [key: string, value: string])[];

/** The protocol's version, in every request (tus 1.0.0, "Headers"). */
const TUS = { 'Tus-Resumable': '1.0.0' } as const;
const UPLOAD_ID = /^[0-9a-f]{32}$/;

/**
 * Begins an upload (tus, "Creation"). An answer that was lost leaves an upload behind that nobody goes on with, which the
 * server gives up in time, so the request is repeated like any that does no harm.
 *
 * @returns its id
 */
export async function createUpload(
  connection: Connection,
  sizeBytes: number,
  metadata: UploadMetadata,
  signal: AbortSignal | undefined,
): Promise<string> {
  const header = { ...TUS, 'Upload-Length': sizeBytes, 'Upload-Metadata': metadataHeader(metadata) };
  const response = await connection.stream({ signal, repeatable: true }, (fetch) =>
    connection.api.POST('/uploads', { params: { header }, parseAs: 'stream', fetch }),
  );
  await response.body?.cancel();
  // The id alone: what stands before it is how the server sees itself, perhaps from behind a proxy.
  const id = response.headers.get('location')?.split('/').at(-1) ?? '';
  if (!UPLOAD_ID.test(id)) throw foreignAnswer(`${connection.baseUrl}/uploads`, response);
  return id;
}

/** Asks how far an upload is, and what it has become. */
export async function readUpload(
  connection: Connection,
  uploadId: string,
  signal: AbortSignal | undefined,
): Promise<UploadState> {
  const params = { path: { upload_id: uploadId }, header: TUS };
  return await connection.json({ signal }, (fetch) =>
    connection.api.GET('/uploads/{upload_id}', { params, headers: { accept: 'application/json' }, fetch }),
  );
}

/** Sends all that is left of a file, from a position on, in one request. Resolves when the server has taken it. */
export async function sendRest(
  connection: Connection,
  uploadId: string,
  { file, offset }: { file: LocalFile; offset: number },
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal | undefined; onProgress?: ((p: TransferProgress) => void) | undefined },
): Promise<void> {
  const params = { path: { upload_id: uploadId }, header: { ...TUS, 'Upload-Offset': offset } };
  const response = await connection.stream({ signal, body: file.rest(offset, onProgress) }, (fetch) =>
    connection.api.PATCH('/uploads/{upload_id}', {
      params,
      // Only satisfies the type; the transport sends the body.
      body: '',
      bodySerializer: () => undefined,
      redirect: 'error',
      parseAs: 'stream',
      fetch,
    }),
  );
  await response.body?.cancel();
}

/** Tells the server that an upload is not wanted any more (tus, "Termination"). */
export async function giveUp(connection: Connection, uploadId: string): Promise<void> {
  const params = { path: { upload_id: uploadId }, header: TUS };
  const response = await connection.stream({}, (fetch) =>
    connection.api.DELETE('/uploads/{upload_id}', { params, parseAs: 'stream', fetch }),
  );
  await response.body?.cancel();
}

/** `key base64,key base64`; an empty value is left out, as the protocol allows. */
function metadataHeader(metadata: UploadMetadata): string {
  return metadata.map(([key, value]) => (value === '' ? key : `${key} ${base64(value)}`)).join(',');
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
