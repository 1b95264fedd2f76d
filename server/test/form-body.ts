/** Multipart bodies written byte by byte, so that they can be wrong in every way. RFC 7578. */

export const BOUNDARY = 'a-boundary-of-the-tests';
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A part as it stands in the body: its header lines, and what they head. */
export interface Part {
  readonly headers: readonly string[];
  readonly content: string | Buffer;
}

/** A text field. */
export function field(name: string, value: string, ...headers: string[]): Part {
  return { headers: [`Content-Disposition: form-data; name="${name}"`, ...headers], content: value };
}

/** The file part. `filename` goes between the quotes as it is. */
export function file(content: string | Buffer = 'content', filename = 'file.txt', type?: string): Part {
  const headers = [`Content-Disposition: form-data; name="file"; filename="${filename}"`];
  if (type !== undefined) headers.push(`Content-Type: ${type}`);
  return { headers, content };
}

/** The whole body. */
export function formBody(...parts: Part[]): Buffer {
  const pieces = parts.flatMap(({ headers, content }) => [
    Buffer.from(`--${BOUNDARY}\r\n${headers.join('\r\n')}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
