/** What a change says about the state that it replaces: `If-Match`, RFC 9110 §13.1.1. */
import { Problem } from './problem.js';

/** The ETags of which the present state must have one; `any`, said in as many words, for whatever is there. */
export type Precondition = 'any' | readonly string[];

/** A document's state, as far as a precondition looks at it. */
export interface DocumentState {
  readonly document_id: string;
  /** The number of the current version. */
  readonly version: number;
  readonly checksum_sha256: string;
  readonly revision: number;
}

/** The ETag of content: its digest, quoted. */
export function contentEtag({ checksum_sha256 }: { readonly checksum_sha256: string }): string {
  return `"${checksum_sha256}"`;
}

/** The ETag of a document's metadata: its revision, quoted. No digest looks like it. */
export function metadataEtag({ revision }: { readonly revision: number }): string {
  return `"${revision}"`;
}

/** One ETag of a list, RFC 9110 §8.8.3. */
const ETAG = /^(?<weak>W\/)?(?<etag>"[\x21\x23-\x7e\x80-\xff]*")$/;

/**
 * Reads what an `If-Match` says: `*` or a list of ETags. A weak ETag never matches, so it is left out.
 *
 * @returns undefined for what is neither
 */
export function parsePrecondition(text: string): Precondition | undefined {
  if (text.trim() === '*') return 'any';
  const etags: string[] = [];
  for (const item of text.split(',')) {
    const found = ETAG.exec(item.trim())?.groups;
    if (!found) return undefined;
    if (found['weak'] === undefined) etags.push(found['etag'] ?? '');
  }
  return etags;
}

/** What is to be said of a text that {@link parsePrecondition} cannot read. */
export const PRECONDITION_GRAMMAR = 'must be * or ETags as the server gave them, in double quotes';

/** Whether the document is in the state that the precondition names. */
export function isMet(precondition: Precondition, state: DocumentState): boolean {
  if (precondition === 'any') return true;
  return precondition.includes(contentEtag(state)) || precondition.includes(metadataEtag(state));
}

/** @throws Problem `version_mismatch` when there is a precondition and the document is in another state */
export function assertMet(precondition: Precondition | undefined, state: DocumentState): void {
  if (precondition !== undefined && !isMet(precondition, state)) throw versionMismatch(state);
}

/**
 * The refusal of a change that was made to another state than the present one.
 *
 * @param reason why nothing better could be done, as sentences
 */
export function versionMismatch(state: DocumentState, reason = ''): Problem {
  const detail =
    `${state.document_id} is not what If-Match names any more: it is at version ${state.version}, revision ` +
    `${state.revision}. ${reason === '' ? '' : `${reason} `}Nothing was changed; read it again.`;
  return new Problem('version_mismatch', detail, presentState(state));
}

/** What a 412 tells about the present state, in its header and its body. */
export function presentState(state: DocumentState) {
  const current_etag = contentEtag(state);
  return { headers: { ETag: current_etag }, details: { current_version: state.version, current_etag } };
}
