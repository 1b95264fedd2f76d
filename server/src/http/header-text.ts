/** Text of people in headers, which carry ASCII only. */
import { create } from 'content-disposition';

/** Printable ASCII stands as it is; anything else makes the whole text percent-encoded UTF-8. */
export function encodeHeaderText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

/** `Content-Disposition: attachment` with the file's name, and RFC 8187 `filename*` where it is not plain ASCII. */
export function attachment(filename: string): string {
  return create(filename.toWellFormed());
}
