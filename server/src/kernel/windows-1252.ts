import { Buffer } from 'node:buffer';

/**
 * The characters of the bytes 0x80 to 0x9F, in order; every other byte is the code point of its own number. From the
 * WHATWG Encoding Standard, where the five unassigned bytes are C1 controls, so that all 256 bytes have a character.
 */
const UPPER =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

const BYTES = new Map([...UPPER].map((character, at) => [character, String.fromCharCode(0x80 + at)]));

/** The characters of windows-1252 bytes; never fails. (Node's own decoder has read these bytes as Latin-1 at times.) */
export function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (character) => UPPER.charAt(character.charCodeAt(0) - 0x80));
}

/** The windows-1252 bytes of a text, or undefined when it has a character that they cannot hold. */
export function encodeWindows1252(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (firstOutsideWindows1252(text) !== undefined) return undefined;
  const latin1 = text.replace(/[^\0-\u007f\u00a0-\u00ff]/g, (character) => BYTES.get(character) ?? character);
  const bytes = Buffer.from(new ArrayBuffer(latin1.length));
  bytes.write(latin1, 'latin1');
  return bytes;
}

/** The first character of a text that windows-1252 cannot hold. */
export function firstOutsideWindows1252(text: string): string | undefined {
  for (const [character] of text.matchAll(/[^\0-\u007f\u00a0-\u00ff]/gu)) if (!BYTES.has(character)) return character;
  return undefined;
}
