/** Answers with stored content: conditions, ranges, and the headers that say what it is. */
import type { ByteRange, ByteStream } from '../kernel/content.js';
import { contentEtag } from '../kernel/precondition.js';
import { matchesEtag, parseRange } from './conditional.js';
import { attachment, encodeHeaderText } from './header-text.js';

/** What there is to say about content that is pulled. */
export interface PulledContent {
  readonly document_id: string;
  readonly version: number;
  readonly name: string;
  readonly original_filename: string;
  readonly size_bytes: number;
  readonly mime_type: string;
  readonly checksum_sha256: string;
  /** When the content was stored. */
  readonly created_at: string;
}

/**
 * The answer to a GET of content: 200, 206 or 304.
 *
 * @param caching the `Cache-Control` header
 * @param open opens a range of the content; not called where only the header is wanted
 * @param more further headers
 * @throws Problem `range_not_satisfiable`
 */
export function answerWithContent<Caching extends string, More extends object = object>(
  content: PulledContent,
  headers: Readonly<Record<string, string | undefined>>,
  caching: Caching,
  open: (range: ByteRange) => Promise<ByteStream>,
  more?: More,
) {
  const described = { ...describe(content), 'Cache-Control': caching, ...(more as More) };
  const { ETag } = described;
  const { size_bytes, mime_type: type } = content;
  if (matchesEtag(headers['if-none-match'], ETag)) {
    // Content-Type is for whoever updates a cache with it: the same content may have got another file name.
    return { status: 304, headers: { ...described, 'Content-Type': type } } as const;
  }
  const range = parseRange(headers, size_bytes, described);
  const { start, end } = range ?? { start: 0, end: size_bytes - 1 };
  const binary = { type, length: end - start + 1, open: () => open({ start, end }) };
  return range
    ? ({
        status: 206,
        headers: { ...described, 'Content-Range': `bytes ${start}-${end}/${size_bytes}` },
        binary,
      } as const)
    : ({ status: 200, headers: described, binary } as const);
}

function describe(content: PulledContent) {
  return {
    'X-Document-ID': content.document_id,
    'X-Document-Name': encodeHeaderText(content.name),
    'X-Document-Filename': encodeHeaderText(content.original_filename),
    'X-Document-Version': content.version,
    ETag: contentEtag(content),
    'Repr-Digest': `sha-256=:${Buffer.from(content.checksum_sha256, 'hex').toString('base64')}:`,
    'Content-Disposition': attachment(content.original_filename),
    'Accept-Ranges': 'bytes',
    'Last-Modified': new Date(content.created_at).toUTCString(),
    // The content is a stranger's: a browser must neither run nor show it in the server's name.
    'Content-Security-Policy': "default-src 'none'; sandbox",
  } as const;
}
