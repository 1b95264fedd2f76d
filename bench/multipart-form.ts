import type { PreparedContent } from './contents.js';

/**
 * An upload as it stands on the wire: a `multipart/form-data` body (RFC 7578) with fields of text and, last, the file,
 * whose content comes between `start` and `tail`.
 */
export interface PreparedForm {
  /** The fields of the form and the head of the file's part. */
  readonly start: Buffer;
  readonly content: PreparedContent;
  /** The end of the form. */
  readonly tail: Buffer;
}

/** Where a form goes. */
export interface FormTarget {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly path: string;
  readonly ifMatch?: string;
}

const BOUNDARY = 'document-sync-bench-7d1f0c5a9e3b';

/**
 * @param fields by their names, before the file
 * @param content of the file
 */
export function prepareForm(fields: Readonly<Record<string, string>>, content: PreparedContent): PreparedForm {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const filePart =
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${content.filename}"\r\n` +
    `Content-Type: ${content.mimeType}\r\n\r\n`;
  return { start: Buffer.from(parts.join('') + filePart), content, tail: Buffer.from(`\r\n--${BOUNDARY}--\r\n`) };
}

/**
 * What goes out before the file's content: the request's line and header fields, and the form's start.
 */
export function openForm({ start, content, tail }: PreparedForm, { port, path, ifMatch }: FormTarget): Buffer {
  const head =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
    (ifMatch === undefined ? '' : `If-Match: ${ifMatch}\r\n`) +
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\n` +
    `Content-Length: ${start.length + content.sizeBytes + tail.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), start]);
}
