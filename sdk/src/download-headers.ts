import { hexOf } from './hex.js';

/** What the headers of a download say about the document. */
export interface ContentFacts {
  /** The version's number. */
  version: number;
  name: string;
  filename: string;
  mimeType: string;
  /** Of the whole content; undefined when something on the way has taken the length away. */
  sizeBytes: number | undefined;
  etag: string;
  /** Of the whole content, in lower-case hex. */
  checksumSha256: string;
}

/** @returns undefined when they are not the headers of a document's content */
export function contentFacts(status: number, headers: Headers): ContentFacts | undefined {
  const version = wholeNumber(headers.get('x-document-version'));
  const name = headers.get('x-document-name');
  const filename = headers.get('x-document-filename');
  const etag = headers.get('etag');
  const checksumSha256 = sha256OfDigest(headers.get('repr-digest') ?? '');
  if (version === undefined || name === null || filename === null || etag === null || checksumSha256 === undefined) {
    return undefined;
  }
  return {
    version,
    name: headerText(name),
    filename: attachmentName(headers.get('content-disposition') ?? '') ?? headerText(filename),
    mimeType: headers.get('content-type') ?? 'application/octet-stream',
    sizeBytes: status === 206 ? sizeOfRange(headers) : sizeOfWhole(headers),
    etag,
    checksumSha256,
  };
}

/**
 * Text out of a header: plain ASCII stands as it is, other text is percent-encoded UTF-8. A value is taken for encoded
 * when it decodes to something that had to be encoded.
 */
export function headerText(value: string): string {
  return /%[89a-f][0-9a-f]/i.test(value) ? percentDecoded(value) : value;
}

/**
 * The file's name out of a `Content-Disposition` (RFC 6266), which, unlike the other headers, carries every name exactly:
 * a percent sign means something in `filename*` and nothing in `filename`, and quotes keep blanks at the ends.
 */
export function attachmentName(header: string): string | undefined {
  const extended = /;\s*filename\*=UTF-8''([^;\s]*)/i.exec(header)?.[1];
  if (extended !== undefined) return percentDecoded(extended);
  const [, quoted, token] = /;\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(header) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? token;
}

/** The text as it is when it is not percent-encoded UTF-8. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The SHA-256 in hex out of a `Repr-Digest` (RFC 9530): `sha-256=:<base64>:`, perhaps among others. */
export function sha256OfDigest(header: string): string | undefined {
  const base64 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header)?.[1];
  if (base64 === undefined) return undefined;
  return hexOf(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)));
}

function sizeOfWhole(headers: Headers): number | undefined {
  // The length of a body that was compressed on its way is not the content's.
  if (headers.has('content-encoding')) return undefined;
  return wholeNumber(headers.get('content-length'));
}

function sizeOfRange(headers: Headers): number | undefined {
  return wholeNumber(/^bytes \d+-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]);
}

function wholeNumber(text: string | null | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}
