/** `*`, or ETags of RFC 9110 (8.8.3), comma-separated. */
const IF_MATCH = /^(?:\*|(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*)$/;
const CONTENT_ETAG = /^"[0-9a-f]{64}"$/;

/** The ETag of a document's or a version's content: what a change of it names in `ifMatch`. */
export function contentEtag(of: { readonly checksum_sha256: string }): string {
  return `"${of.checksum_sha256}"`;
}

/**
 * Headers with the `If-Match` that is given. Without one there is none, and the server says whether it needs it.
 *
 * @throws TypeError for text that is no ETag: it would match nothing, and look as if somebody else had been faster
 */
export function ifMatchHeader(ifMatch: string | undefined): { 'If-Match'?: string } {
  if (ifMatch === undefined) return {};
  if (!IF_MATCH.test(ifMatch)) {
    throw new TypeError(
      `ifMatch is an ETag with its quotes, as download().etag or contentEtag(document) gives it, or *; not ${ifMatch}.`,
    );
  }
  return { 'If-Match': ifMatch };
}

/** Whether it names one certain content, and not several, a revision or whatever is there. */
export function namesOneContent(ifMatch: string): boolean {
  return CONTENT_ETAG.test(ifMatch);
}
