/** The text of what is text by itself, in whatever encoding. */
import { detectEncoding } from './detect-encoding.js';
// By its file and not by the room's door, behind which are things that the extracting process has no use for.
import { decodeWindows1252 } from '../kernel/windows-1252.js';

export interface PlainText {
  readonly text: string;
  /** The content goes on behind it. */
  readonly truncated: boolean;
  /** As the Encoding Standard calls it. */
  readonly encoding: string;
}

/** Where a page says how it is encoded, if it does. */
const DECLARATION_BYTES = 2048;
const DECLARATION = /(?:<meta\s[^>]{0,200}?charset|<\?xml\s[^>]{0,200}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})/i;

/**
 * Reads content as text. What the text parts of documents are read as, UTF-8 and marked UTF-16, gives the same text here;
 * what they take for windows-1252 may be read as another encoding, with the same lines.
 *
 * @param maxTextBytes how much of it is read: more is cut off, at the end of a line where one is near
 * @param encoding what it says itself that it is, for bytes that are not Unicode
 * @returns the text without its byte order mark, or why there is none
 */
export function readPlainText(
  content: Uint8Array,
  { maxTextBytes, encoding: declared }: { maxTextBytes: number; encoding?: string },
): PlainText | { readonly reason: string } {
  const truncated = content.length > maxTextBytes;
  const bytes = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, maxTextBytes));
  const detected = detectEncoding(bytes);
  if (detected === undefined) return { reason: 'The content is binary.' };
  const { encoding, length } =
    detected.certain || declared === undefined ? detected : { ...detected, encoding: declared };
  const text = decode(bytes.subarray(0, length), encoding);
  return { text: truncated ? withoutRest(text) : text, truncated, encoding };
}

/** The encoding that an HTML or XML page declares for itself, if that is one. */
export function declaredEncoding(content: Uint8Array): string | undefined {
  const beginning = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, DECLARATION_BYTES));
  const label = DECLARATION.exec(beginning.toString('latin1'))?.[1];
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

function decode(bytes: Buffer, encoding: string): string {
  return encoding === 'windows-1252' ? decodeWindows1252(bytes) : new TextDecoder(encoding).decode(bytes);
}

/** Leaves off a line, or a character, that was cut. */
function withoutRest(text: string): string {
  const whole = text.replace(/\ufffd{1,3}$/, '');
  const end = whole.lastIndexOf('\n') + 1;
  return end > whole.length / 2 ? whole.slice(0, end) : whole;
}
