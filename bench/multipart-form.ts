import type { PreparedContent } from './contents.js';
import { sum } from './statistics.js';

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
  return {
    start: Buffer.from(parts.join('') + filePartHead('file', content)),
    content,
    tail: Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  };
}

/** A form of many files, ready but for their stamps. */
export interface PreparedBatchForm {
  /** What goes out before the stamp of each file, in their order; the first has the request's line and header fields. */
  readonly before: readonly Buffer[];
  /** What goes out behind the stamp of the last one. */
  readonly tail: Buffer;
}

/**
 * A push of many files, the manifest before them.
 * @param metadata said of each document
 * @param content of each file but for its stamp
 */
export function prepareBatchForm(
  { port, files }: { readonly port: number; readonly files: number },
  metadata: Readonly<Record<string, unknown>>,
  content: PreparedContent,
): PreparedBatchForm {
  const items = Array.from({ length: files }, (_, file) => ({ file: `file${file}`, ...metadata }));
  const manifest =
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="manifest"\r\nContent-Type: application/json\r\n\r\n` +
    `${JSON.stringify({ items })}\r\n`;
  const partHeads = items.map(({ file }) => Buffer.from(filePartHead(file, content)));
  const between = Buffer.from('\r\n');
  const end = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  const length =
    Buffer.byteLength(manifest) +
    sum(partHeads.map((head) => head.length)) +
    files * content.sizeBytes +
    (files - 1) * between.length +
    end.length;
  const head =
    `POST /batch/documents HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${length}\r\n\r\n`;
  return {
    before: partHeads.map((partHead, file) =>
      Buffer.concat([...(file === 0 ? [Buffer.from(head + manifest)] : [...content.rest, between]), partHead]),
    ),
    tail: Buffer.concat([...content.rest, end]),
  };
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

function filePartHead(name: string, { filename, mimeType }: PreparedContent): string {
  return (
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\n` +
    `Content-Type: ${mimeType}\r\n\r\n`
  );
}
