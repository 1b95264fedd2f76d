import type { ContentEdit } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import { tooLarge, type EditContext } from './edit-context.js';
import { decodeText, encodeText } from './encoding.js';
import { lineEndsOf } from './lines.js';
import { replaceSection } from './replace-section.js';
import { replaceString } from './replace-string.js';
import { firstOutsideWindows1252 } from '../kernel/windows-1252.js';

/**
 * Applies edits to a text, one after the other, all or none. What they do not name stays as it is, byte for byte. In a text
 * whose lines all end with CRLF, an LF in an edit means CRLF.
 *
 * @param content the bytes; they are only read
 * @param maxBytes how many bytes the result may have
 * @returns the new bytes
 * @throws {Problem} `not_text`, `edit_failed` with `found`, or `text_too_large` when the result would be
 */
export function editText(
  content: Uint8Array,
  edits: readonly ContentEdit[],
  maxBytes: number,
): Uint8Array<ArrayBuffer> {
  const decoded = decodeText(content, 'The content');
  const isCrlf = lineEndsOf(decoded.text) === 'crlf';
  const lineEnd = isCrlf ? '\r\n' : '\n';
  let { text } = decoded;
  for (const [edit, original] of edits.entries()) {
    const step = isCrlf ? withCrlf(original) : original;
    if (decoded.encoding === 'windows-1252') requireEncodable(step, edit);
    text = applyEdit(step, { text, lineEnd, edit, maxLength: maxBytes });
  }
  const bytes = encodeText({ ...decoded, text });
  if (bytes === undefined) throw new Error('an edit was let through that the encoding cannot hold');
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

function applyEdit(edit: ContentEdit, context: EditContext): string {
  const { text, lineEnd } = context;
  switch (edit.op) {
    case 'replace':
      return replaceString(edit, context);
    case 'append':
      return text + (text === '' || text.endsWith('\n') ? '' : lineEnd) + edit.text;
    case 'prepend':
      return edit.text + (text === '' || edit.text.endsWith('\n') ? '' : lineEnd) + text;
    case 'replace_section':
      return replaceSection(edit, context);
  }
}

function withCrlf(edit: ContentEdit): ContentEdit {
  const convert = (text: string) => text.replace(/\r?\n/g, '\r\n');
  return edit.op === 'replace'
    ? { ...edit, old: convert(edit.old), new: convert(edit.new) }
    : { ...edit, text: convert(edit.text) };
}

function requireEncodable(edit: ContentEdit, at: number): void {
  const outside = firstOutsideWindows1252(edit.op === 'replace' ? edit.new : edit.text);
  if (outside === undefined) return;
  throw new Problem(
    'edit_failed',
    `Edit ${at} (${edit.op}): the document is in windows-1252, which has no "${outside}"; ` +
      'push the whole document in UTF-8 instead.',
    { details: { found: { edit: at, occurrences: 0, lines: [], suggestions: [] } } },
  );
}
