import { Buffer, isUtf8 } from 'node:buffer';
import type { TextPart } from '../kernel/contract.js';
import { Problem } from '../kernel/problem.js';
import { decodeWindows1252, encodeWindows1252 } from '../kernel/windows-1252.js';

/** How a text's bytes are to be read, in the contract's words. */
export type TextEncoding = TextPart['encoding'];

/** A text and what it takes to write it back byte for byte. */
export interface DecodedText {
  /** The characters, without the byte order mark. */
  readonly text: string;
  readonly encoding: TextEncoding;
  /** Whether a byte order mark stood before the text; UTF-16 always has one. */
  readonly bom: boolean;
}

const BYTE_ORDER_MARKS = {
  'utf-8': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
  'windows-1252': [],
} as const satisfies Record<TextEncoding, readonly number[]>;

const MARKED = ['utf-8', 'utf-16le', 'utf-16be'] as const;

/** What no text has that is not Unicode: C0 controls but tab, LF, FF, CR and ESC (terminal logs have that one). */
// eslint-disable-next-line no-control-regex -- finding control characters is what it is for
const CONTROL = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/**
 * Reads content as text: UTF-8 without NUL, UTF-16 with a byte order mark, and what is neither as windows-1252, unless it
 * has control characters. Whatever the real encoding of such bytes is, encoding them again gives the same bytes.
 *
 * @param content the bytes; they are only read
 * @param subject begins the problem's sentence: "Version 3"
 * @throws {Problem} `not_text`
 */
export function decodeText(content: Uint8Array, subject: string): DecodedText {
  const bytes = asBuffer(content);
  const marked = MARKED.find((encoding) => startsWith(bytes, BYTE_ORDER_MARKS[encoding]));
  const body = bytes.subarray(marked === undefined ? 0 : bomLength(marked, true));
  if (marked === 'utf-16le' || marked === 'utf-16be') {
    const text = body.length % 2 === 0 ? decodeRange(body, marked) : undefined;
    if (text?.isWellFormed() !== true) throw notText(subject, 'its UTF-16 is broken');
    if (text.includes('\0')) throw notText(subject, 'it has NUL characters');
    return { text, encoding: marked, bom: true };
  }
  if (bytes.includes(0)) throw notText(subject, 'it has NUL bytes');
  if (isUtf8(body)) return { text: decodeRange(body, 'utf-8'), encoding: 'utf-8', bom: marked !== undefined };
  // What looks like a mark of UTF-8 is three letters here.
  const text = decodeRange(bytes, 'windows-1252');
  if (CONTROL.test(text)) throw notText(subject, 'it is not UTF-8 and has control characters');
  return { text, encoding: 'windows-1252', bom: false };
}

/**
 * Decodes bytes of a text whose encoding is known, from the middle too: no byte order mark is looked for. They must begin
 * and end at a character.
 */
export function decodeRange(bytes: Uint8Array, encoding: TextEncoding): string {
  const buffer = asBuffer(bytes);
  switch (encoding) {
    case 'utf-8':
      return buffer.toString('utf8');
    case 'utf-16le':
      return buffer.toString('utf16le');
    case 'utf-16be':
      return Buffer.from(buffer).swap16().toString('utf16le');
    case 'windows-1252':
      return decodeWindows1252(buffer);
  }
}

/**
 * The bytes of a text, in memory of their own, so that they can be transferred.
 *
 * @param bom whether a byte order mark is to stand before them; UTF-16 gets one always
 * @returns undefined when the encoding cannot hold the text, which only windows-1252 cannot
 */
export function encodeText({ text, encoding, bom }: DecodedText): Uint8Array<ArrayBuffer> | undefined {
  switch (encoding) {
    case 'utf-8':
      return new TextEncoder().encode(bom ? `\ufeff${text}` : text);
    case 'utf-16le':
    case 'utf-16be': {
      const bytes = Buffer.from(new ArrayBuffer(2 * text.length + 2));
      bytes.write('\ufeff', 'utf16le');
      bytes.write(text, 2, 'utf16le');
      return encoding === 'utf-16be' ? bytes.swap16() : bytes;
    }
    case 'windows-1252':
      return encodeWindows1252(text);
  }
}

/** How many bytes a text's byte order mark takes. */
export function bomLength(encoding: TextEncoding, bom: boolean): number {
  return bom ? BYTE_ORDER_MARKS[encoding].length : 0;
}

/**
 * How many of the bytes are whole characters, for bytes that begin at one and may end inside one.
 */
export function wholeCharacters(bytes: Uint8Array, encoding: TextEncoding): number {
  const { length } = bytes;
  if (encoding === 'windows-1252') return length;
  if (encoding === 'utf-8') {
    let lead = length - 1;
    while (lead > length - 4 && lead >= 0 && ((bytes[lead] ?? 0) & 0xc0) === 0x80) lead--;
    const first = bytes[lead] ?? 0;
    const size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return lead < 0 || lead + size <= length ? length : lead;
  }
  const even = length - (length % 2);
  const high = bytes[encoding === 'utf-16le' ? even - 1 : even - 2] ?? 0;
  return even > 0 && high >= 0xd8 && high <= 0xdb ? even - 2 : even;
}

function notText(subject: string, reason: string): Problem {
  return new Problem('not_text', `${subject} is binary: ${reason}; pull it instead.`);
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return bytes.length >= mark.length && mark.every((byte, at) => bytes[at] === byte);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
