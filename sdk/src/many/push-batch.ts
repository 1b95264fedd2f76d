import { foreignAnswer } from '../answers.js';
import type { Connection } from '../connection.js';
import type { Document, TransferProgress } from '../contract.js';
import { IdleTimeoutError, NetworkError, ProblemError } from '../errors.js';
import type { components } from '../generated/openapi.js';
import { given } from '../given.js';
import { platform } from '#platform';
import { bytesContent } from '../upload-source.js';

type BatchItem = components['schemas']['BatchItem'];
type BatchItemResult = components['schemas']['BatchItemResult'];

/** A small file in memory, with what the manifest says about it. */
export interface SmallFile {
  bytes: Uint8Array;
  item: BatchItem;
}

/** What became of a file of a batch. */
export type BatchOutcome = { document: Document } | { error: Error };

/** The server's limits for one file hold for a whole batch, too. */
const TOO_LARGE: ReadonlySet<string> = new Set(['file_too_large', 'body_too_large']);

/**
 * Pushes small files together, in one request; in several when they are too large together for the server. The files'
 * names stand in the manifest, where they cannot do any harm to the form.
 *
 * @returns what became of each, in their order
 * @throws NetworkError when no connection came about; the reason of an aborted signal
 */
export async function pushBatch(
  connection: Connection,
  files: readonly SmallFile[],
  options: { signal: AbortSignal | undefined; onProgress: (progress: TransferProgress) => void },
): Promise<BatchOutcome[]> {
  try {
    return await sendBatch(connection, files, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof NetworkError && error.refused) throw error;
    if (error instanceof ProblemError && TOO_LARGE.has(error.code) && files.length > 1) {
      const middle = Math.ceil(files.length / 2);
      const first = await pushBatch(connection, files.slice(0, middle), options);
      return [...first, ...(await pushBatch(connection, files.slice(middle), options))];
    }
    const reason = leavesOpen(error) ? uncertainty(connection, files.length, error) : asError(error);
    return files.map(() => ({ error: reason }));
  }
}

async function sendBatch(
  connection: Connection,
  files: readonly SmallFile[],
  { signal, onProgress }: { signal: AbortSignal | undefined; onProgress: (progress: TransferProgress) => void },
): Promise<BatchOutcome[]> {
  const items = files.map(({ bytes, item }, index) => ({
    file: `file${index}`,
    ...given({ checksum_sha256: digestOf(bytes) }),
    ...item,
  }));
  const body = await platform.formBody({
    fields: [['manifest', JSON.stringify({ items })]],
    files: files.map(({ bytes }, index) => ({ field: `file${index}`, content: bytesContent(bytes, `file${index}`) })),
    onProgress,
  });
  let requestId = '';
  const { results } = await connection.json({ signal, body }, async (fetch) => {
    const answer = await connection.api.POST('/batch/documents', {
      // Only satisfies the type; the transport sends the body.
      body: { manifest: '' },
      bodySerializer: () => undefined,
      redirect: 'error',
      fetch,
    });
    requestId = answer.response.headers.get('x-request-id') ?? '';
    if (answer.data && answer.data.results.length !== files.length)
      throw foreignAnswer(connection.baseUrl, answer.response);
    return answer;
  });
  return results.map((result) => outcomeOf(result, requestId));
}

function outcomeOf({ document, problem, status }: BatchItemResult, requestId: string): BatchOutcome {
  if (document !== undefined) return { document };
  const { code = 'internal_error', detail = 'The server does not say what became of it.', errors } = problem ?? {};
  const described = { type: `urn:document-sync:problem:${code}`, title: detail, status, code, detail };
  return { error: new ProblemError({ ...described, request_id: requestId, ...given({ errors }) }, status) };
}

/** For the server to check that the bytes are what they were here; undefined where only a stream of them can be hashed. */
function digestOf(bytes: Uint8Array): string | undefined {
  const hash = platform.runningSha256();
  hash?.update(bytes);
  return hash?.hex();
}

/** Whether the server may have stored the files: a batch that is sent again would store them twice. */
function leavesOpen(error: unknown): boolean {
  return error instanceof NetworkError || error instanceof IdleTimeoutError;
}

function uncertainty({ baseUrl }: Connection, count: number, cause: unknown): NetworkError {
  const message =
    `The connection to ${baseUrl} was lost while ${count} ${count === 1 ? 'document was' : 'documents were'} pushed ` +
    'together: this one may have been stored or not. Look for it before you push it again.';
  return new NetworkError(message, false, cause);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
