import { foreignAnswer } from './answers.js';
import { checkedDocumentId } from './checks.js';
import type { CallOptions, Connection } from './connection.js';
import type { VersionDiff } from './contract.js';
import { given } from './given.js';

const UNIFIED_DIFF = 'text/x-diff';

export interface DiffOptions extends CallOptions {
  /** The old version; left out, the one before `to`. */
  from?: number | undefined;
  /** The new version; left out, the current one. */
  to?: number | undefined;
  /** How many unchanged lines stand around each change: 0 to 1000, 3 when left out. */
  context?: number | undefined;
}

/** Compares two versions: a unified diff, empty when their content is equal. */
export async function unifiedDiff(connection: Connection, documentId: string, options: DiffOptions): Promise<string> {
  const params = paramsOf(documentId, options);
  return await connection.text({ signal: options.signal }, UNIFIED_DIFF, (fetch) =>
    connection.api.GET('/documents/{document_id}/diff', {
      params,
      headers: { accept: UNIFIED_DIFF },
      parseAs: 'text',
      fetch,
    }),
  );
}

/** Compares two versions: the same as hunks. */
export async function diffAsHunks(
  connection: Connection,
  documentId: string,
  options: DiffOptions,
): Promise<VersionDiff> {
  const params = paramsOf(documentId, options);
  const headers = { accept: 'application/json' };
  return await connection.json({ signal: options.signal }, async (fetch) => {
    const { data, error, response } = await connection.api.GET('/documents/{document_id}/diff', {
      params,
      headers,
      fetch,
    });
    // The type has both forms of the answer.
    if (typeof data === 'string') throw foreignAnswer(connection.baseUrl, response);
    return { data, error, response };
  });
}

function paramsOf(documentId: string, { from, to, context }: DiffOptions) {
  return { path: { document_id: checkedDocumentId(documentId) }, query: given({ from, to, context }) };
}
