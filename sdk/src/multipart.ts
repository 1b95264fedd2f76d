import { hexOf } from './hex.js';

/** The bytes around a file in a multipart/form-data body (RFC 7578). */
export interface MultipartFrame {
  contentType: string;
  /** What stands before the file's first byte: the text fields and the file part's header. */
  head: Uint8Array<ArrayBuffer>;
  /** What stands after its last byte. */
  tail: Uint8Array<ArrayBuffer>;
}

/** Frames one file and its text fields. The fields come first, so that the server can refuse them before the file. */
export function multipartFrame(
  fields: readonly (readonly [name: string, value: string])[],
  file: { filename: string; contentType: string },
): MultipartFrame {
  // Random enough never to occur in a content.
  const boundary = `document-sync-${hexOf(crypto.getRandomValues(new Uint8Array(16)))}`;
  const parts = fields.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const header =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted(file.filename)}"\r\n` +
    `Content-Type: ${oneLine(file.contentType)}\r\n\r\n`;
  const encoder = new TextEncoder();
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    head: encoder.encode(parts.join('') + header),
    tail: encoder.encode(`\r\n--${boundary}--\r\n`),
  };
}

/**
 * The inside of a quoted string: line breaks percent-encoded as every browser does, quotes escaped by a backslash as
 * RFC 2183 has it, because a server cannot tell a browser's `%22` from a file name that has it.
 */
function quoted(text: string): string {
  return oneLine(text).replace(/["\\]/g, '\\$&');
}

function oneLine(text: string): string {
  return text.replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
