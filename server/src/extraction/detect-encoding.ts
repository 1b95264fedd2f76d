/** How bytes are to be read as text. */
import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';

export interface DetectedEncoding {
  /** As the Encoding Standard calls it. */
  readonly encoding: string;
  /** Whether the bytes themselves say so, so that nothing else that is said of them counts. */
  readonly certain: boolean;
  /** How many of the bytes are whole characters; only the last one can be cut. */
  readonly length: number;
}

/** Bytes that are looked at to find out what they are. */
const SAMPLE_BYTES = 64 * 1024;
/** Bytes whose language is looked at: that takes 0.3 ms for a KiB. */
const DETECTED_BYTES = 8 * 1024;
/** Bytes that are no UTF-8 are forgiven when they are as rare as this: a slip in a text, and not another encoding. */
const FORGIVEN = 0.005;
/** How sure a detection has to be to stand against windows-1252, which any bytes can be. */
const MIN_CONFIDENCE = 20;
// eslint-disable-next-line no-control-regex -- finding control characters is what it is for
const CONTROL = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/;
const ASCII = /[\t\n\r\x20-\x7e]/g;
const NOT_ASCII = /[^\t\n\r\x20-\x7e]/g;
/** No UTF-16 has more bytes that are ASCII: where every second one is not zero, it is seldom. */
const MOSTLY = 0.9;
/** What no text has: control characters, and code points that stand for nothing. */
const NOT_TEXT = /[\p{Cn}\p{Co}\p{Cs}\ufffd]/u;

/**
 * Finds out how bytes are to be read.
 *
 * @param bytes of a text's beginning; it may be cut in a character
 * @returns undefined when they are no text
 */
export function detectEncoding(bytes: Buffer): DetectedEncoding | undefined {
  const { length } = bytes;
  const certainly = (encoding: string) => ({ encoding, certain: true, length });
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return { ...certainly('utf-8'), length: wholeUtf8(bytes) };
  if (startsWith(bytes, 0xff, 0xfe)) return certainly('utf-16le');
  if (startsWith(bytes, 0xfe, 0xff)) return certainly('utf-16be');
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (bytes.includes(0)) {
    const encoding = unmarkedUtf16(sample);
    return encoding === undefined ? undefined : certainly(encoding);
  }
  const whole = bytes.subarray(0, wholeUtf8(bytes));
  if (isUtf8(whole)) return { ...certainly('utf-8'), length: whole.length };
  if (CONTROL.test(sample.toString('latin1'))) return undefined;
  const telling = bytes.subarray(firstBeyondAscii(bytes));
  if (isNearlyUtf8(telling.subarray(0, SAMPLE_BYTES))) return { ...certainly('utf-8'), length: whole.length };
  return { encoding: likeliest(telling.subarray(0, DETECTED_BYTES)), certain: false, length };
}

/** Where the bytes begin that tell one encoding from another. */
function firstBeyondAscii(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; at += 1) if ((bytes[at] ?? 0) > 0x7f) return at;
  return 0;
}

function startsWith(bytes: Buffer, ...mark: number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

/** How many bytes stand before a character of UTF-8 that is cut at the end. */
function wholeUtf8(bytes: Buffer): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back += 1) {
    const byte = bytes[length - back] ?? 0;
    if (byte >= 0xc0) return back < (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) ? length - back : length;
    if (byte < 0x80) return length;
  }
  return length;
}

/** UTF-16 without a mark: in one order of the bytes it is a text, and has zeros beside the letters or line ends of ASCII. */
function unmarkedUtf16(sample: Buffer): string | undefined {
  const pairs = sample.subarray(0, sample.length - (sample.length % 2));
  // With a stray zero in it, it would be a text of rare Chinese characters.
  if (pairs.toString('latin1').replace(NOT_ASCII, '').length > MOSTLY * pairs.length) return undefined;
  const orders = ['utf-16le', 'utf-16be'].map((encoding) => {
    // The sample may end in the middle of a pair of surrogates.
    const text = new TextDecoder(encoding).decode(pairs).replace(/\ufffd$/, '');
    const isText = !CONTROL.test(text) && !NOT_TEXT.test(text);
    return { encoding, ascii: isText ? text.length - text.replace(ASCII, '').length : 0 };
  });
  const [best, other] = orders.sort((one, two) => two.ascii - one.ascii);
  // Strings between zeros are as much a text in one order as in the other.
  return best && other && best.ascii > 10 * other.ascii ? best.encoding : undefined;
}

/** UTF-8 that has a few bytes that are none. */
function isNearlyUtf8(sample: Buffer): boolean {
  const text = sample.subarray(0, wholeUtf8(sample)).toString('utf8');
  let wrong = 0;
  let beyond = 0;
  for (const character of text) {
    if (character === '\ufffd') wrong += 1;
    else if (character > '\u007f') beyond += 1;
  }
  // A text in another encoding has hardly a sequence that is UTF-8 by chance.
  return wrong <= Math.max(1, FORGIVEN * text.length) && wrong < beyond;
}

function likeliest(sample: Buffer): string {
  const best = analyse(sample).find(({ confidence, name }) => confidence >= MIN_CONFIDENCE && canBe(name, sample));
  return best === undefined || /^(?:ISO-8859-1|ASCII|UTF-.*)$/i.test(best.name)
    ? 'windows-1252'
    : new TextDecoder(best.name).encoding;
}

/** Whether the encoding is known here, and has a character for nearly all of the bytes. */
function canBe(encoding: string, sample: Buffer): boolean {
  try {
    const text = new TextDecoder(encoding).decode(sample);
    return text.length - text.replaceAll('\ufffd', '').length <= Math.max(1, FORGIVEN * text.length);
  } catch {
    return false;
  }
}
