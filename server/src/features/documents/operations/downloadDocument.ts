import { matchesEtag, parseRange } from '../../../http/conditional.js';
import { attachment, encodeHeaderText } from '../../../http/header-text.js';
import type { OperationHandler } from '../../../http/operation.js';
import type { Documents } from '../index.js';

type Content = Awaited<ReturnType<Documents['getContent']>>;

export function downloadDocument(documents: Documents): OperationHandler<'downloadDocument'> {
  return async ({ path, headers, principal }) => {
    const content = await documents.getContent(principal, path.document_id);
    const described = describe(content);
    if (matchesEtag(headers['if-none-match'], described.ETag)) {
      const { ETag, 'Cache-Control': caching } = described;
      return { status: 304, headers: { ETag, 'Cache-Control': caching } };
    }
    const { size_bytes, mime_type: type } = content;
    const range = parseRange(headers, size_bytes, described);
    const { start, end } = range ?? { start: 0, end: size_bytes - 1 };
    const binary = { type, length: end - start + 1, open: () => documents.open(principal, content, { start, end }) };
    return range
      ? { status: 206, headers: { ...described, 'Content-Range': `bytes ${start}-${end}/${size_bytes}` }, binary }
      : { status: 200, headers: described, binary };
  };
}

/** The headers that say what the content is. */
function describe(content: Content) {
  return {
    'X-Document-ID': content.document_id,
    'X-Document-Name': encodeHeaderText(content.name),
    'X-Document-Filename': encodeHeaderText(content.original_filename),
    ETag: `"${content.checksum_sha256}"`,
    'Repr-Digest': `sha-256=:${Buffer.from(content.checksum_sha256, 'hex').toString('base64')}:`,
    'Content-Disposition': attachment(content.original_filename),
    'Accept-Ranges': 'bytes',
    'Last-Modified': new Date(content.uploaded_at).toUTCString(),
    // The content is a stranger's: a browser must neither run nor show it in the server's name.
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cache-Control': 'private, no-cache',
  } as const;
}
