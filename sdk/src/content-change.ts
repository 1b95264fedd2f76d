import type { Answer } from './answers.js';
import type { CallOptions, Connection, FetchOfCall } from './connection.js';
import type { ProblemCode, VersionChange } from './contract.js';
import { NetworkError, ProblemError } from './errors.js';
import { contentEtag, namesOneContent } from './etag.js';
import type { RequestBody } from './transport/request-body.js';

/** What every change of a document's content says. */
export interface ContentChangeOptions extends CallOptions {
  /**
   * The ETag of the content that the change replaces, as the server gave it (with its quotes) or as `contentEtag` makes
   * it; or `*` for whatever is there.
   */
  ifMatch: string;
  /** What changed and why. */
  message?: string | undefined;
}

/** What a change says that the server may merge. */
export interface MergeableChangeOptions extends ContentChangeOptions {
  /** When the document has another content by now: `fail`, or try to `merge` first. Left out, `fail`. */
  onConflict?: 'fail' | 'merge' | undefined;
}

/** A change of a document's content, about to be sent. */
export interface ContentChangeJob {
  documentId: string;
  options: MergeableChangeOptions;
  /** Sent in the place of the request's own body. */
  body?: RequestBody;
  send(fetch: FetchOfCall): Promise<Answer<VersionChange>>;
}

/** The refusals of a repetition that the attempt before it may have brought about. */
const AFTER_OWN_CHANGE: ReadonlySet<ProblemCode> = new Set(['version_mismatch', 'version_removed']);

/**
 * Changes a document's content, and repeats that after a lost connection where it does no harm: a change of one certain
 * content always makes the same one of it. When the attempt before has made it, the server finds that there is nothing
 * left to do (RFC 9110, 13.1.1), and when others have gone on from there, `If-Match` keeps the repetition out. Only when
 * somebody has put the old content back meanwhile is the change made anew, as if it had come later.
 *
 * A change of whatever is there (`*`) might overwrite what others have made of the first attempt's result, and a merge
 * might bring the same lines in twice; those are not repeated.
 *
 * @throws NetworkError also when the repetition was kept out, so that it cannot be told whether the change was made; what
 *   the server answers otherwise
 */
export async function changeContent(connection: Connection, job: ContentChangeJob): Promise<VersionChange> {
  const { body, options } = job;
  const { signal, onConflict, ifMatch } = options;
  const repeatable = onConflict !== 'merge' && namesOneContent(ifMatch);
  const attempts = { perhapsDone: false };
  const onUncertain = (): void => {
    attempts.perhapsDone = true;
  };
  try {
    const change = await connection.json({ signal, ...(body && { body }), repeatable, onUncertain }, (fetch) =>
      job.send(fetch),
    );
    const hasBeenMade = attempts.perhapsDone && change.outcome === 'unchanged' && contentEtag(change) !== ifMatch;
    return hasBeenMade ? { ...change, outcome: 'created' } : change;
  } catch (error) {
    const keptOut = error instanceof ProblemError && AFTER_OWN_CHANGE.has(error.code);
    throw attempts.perhapsDone && keptOut ? uncertainty(connection, job.documentId, error) : error;
  }
}

function uncertainty(connection: Connection, documentId: string, refusal: ProblemError): NetworkError {
  const { current_version: number } = refusal.problem;
  const since = number === undefined ? 'what it changes was no more' : `the document was at version ${number}`;
  const message =
    `The connection to ${connection.baseUrl} was lost, and the change of ${documentId} may have been made or not: when ` +
    `it was sent again, ${since} already. Look at its versions before you make it again.`;
  return new NetworkError(message, false, refusal);
}
