import { hexOf } from './hex.js';

/** The bytes around the files in a multipart/form-data body (RFC 7578). */
export interface MultipartFrame {
  contentType: string;
  /** What stands before each file's first byte: the part's header; with the first, the text fields, too. */
  heads: Uint8Array<ArrayBuffer>[];
  /** What stands after the last one's last byte. */
  tail: Uint8Array<ArrayBuffer>;
}

/** What a part says about its file. */
interface FilePart {
  field: string;
  content: { filename: string; contentType: string };
}

/** Frames files and text fields. The fields come first, so that the server can refuse them before the files. */
export function multipartFrame(
  fields: readonly (readonly [name: string, value: string])[],
  files: readonly FilePart[],
): MultipartFrame {
  // Random enough never to occur in a content.
  const boundary = `document-sync-${hexOf(crypto.getRandomValues(new Uint8Array(16)))}`;
  const parts = fields.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const encoder = new TextEncoder();
  const heads = files.map(({ field, content: { filename, contentType } }, index) =>
    encoder.encode(
      (index === 0 ? parts.join('') : '\r\n') +
        `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(field)}"; filename="${quoted(filename)}"\r\n` +
        `Content-Type: ${oneLine(contentType)}\r\n\r\n`,
    ),
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    heads,
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
