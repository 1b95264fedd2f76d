import type { Connection } from '../connection.js';
import type { ProblemCode, TransferProgress, UploadState } from '../contract.js';
import { IdleTimeoutError, NetworkError, ProblemError, ResponseError } from '../errors.js';
import type { LocalFile } from '../form.js';
import { backoffMs, pause } from '../transport/retry.js';
import { readUpload, sendRest } from './tus.js';

/** An upload, and how far it is. */
export interface StartedUpload {
  uploadId: string;
  state: Pick<UploadState, 'offset_bytes' | 'document' | 'change'>;
}

/** What completing an upload takes. */
interface Completion<Result> {
  content: { filename: string; sizeBytes: number; file: LocalFile };
  /** What the complete upload became; undefined when it has become nothing yet. */
  resultOf: (upload: StartedUpload['state']) => Result | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** The upload is in other hands: a later request has put an end to this one, or its document is just being made. */
const BUSY: ReadonlySet<ProblemCode> = new Set(['upload_locked', 'unavailable']);
/** Answers to a piece that did not arrive as it was sent. */
const CUT: ReadonlySet<ProblemCode> = new Set(['offset_mismatch', 'request_timeout', 'malformed_request']);
/** What a proxy says when it has lost the server. */
const FROM_PROXY: ReadonlySet<number> = new Set([502, 503, 504]);
/** How long to leave an upload to others before looking at it again. */
const LOOK_AGAIN_MS = 1000;

/**
 * Sends what the server lacks, as often as it takes: after a cut on from where it was, as long as that gets further. Where
 * somebody else is sending the same upload, that one is left to it for as long as it gets further.
 *
 * @throws what cannot be overcome: also a cut, after as many attempts without any progress as the client has retries
 */
export async function completeUpload<Result>(
  connection: Connection,
  { uploadId, state }: StartedUpload,
  { content, resultOf, signal, onProgress }: Completion<Result>,
): Promise<Result> {
  const { retries, idleTimeoutMs } = connection;
  let known: StartedUpload['state'] | undefined = state;
  let reached = -1;
  let failures = 0;
  let busySince: number | undefined;
  for (;;) {
    try {
      const upload = known ?? (await readUpload(connection, uploadId, signal));
      known = undefined;
      const earlier = resultOf(upload);
      if (earlier !== undefined) {
        onProgress?.({ transferredBytes: content.sizeBytes, totalBytes: content.sizeBytes });
        return earlier;
      }
      const hasMoved = upload.offset_bytes > reached;
      reached = upload.offset_bytes;
      if (hasMoved) failures = 0;
      if (hasMoved && busySince !== undefined) {
        busySince = Date.now();
      } else {
        await sendRest(connection, uploadId, { file: content.file, offset: reached }, { signal, onProgress });
        const result = resultOf(await readUpload(connection, uploadId, signal));
        if (result !== undefined) return result;
        throw new ResponseError(
          `${connection.baseUrl} has taken all of ${content.filename} and made nothing of it.`,
          204,
        );
      }
    } catch (error) {
      if (isBusy(error) && retries > 0) {
        busySince ??= Date.now();
        if (Date.now() - busySince > idleTimeoutMs) throw error;
      } else {
        if (!isCut(error) || failures >= retries) throw error;
        failures++;
        busySince = undefined;
      }
    }
    await pause(busySince === undefined ? backoffMs(failures - 1) : LOOK_AGAIN_MS, signal);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof ProblemError && BUSY.has(error.code);
}

/** Whether going on may help at once. */
function isCut(error: unknown): boolean {
  if (error instanceof ProblemError) return CUT.has(error.code);
  if (error instanceof ResponseError) return FROM_PROXY.has(error.status);
  return error instanceof NetworkError || error instanceof IdleTimeoutError;
}
