import fc from 'fast-check';
import { encodeText, type DecodedText } from '../encoding.js';

/** Characters that matter to line, token and byte counts, and that windows-1252 has all. */
const narrow = fc.constantFrom('a', 'Z', '0', ' ', '\t', '.', '#', '-', '\n', '\n', '\r\n', '\r', 'é', '€', 'word ');
const wide = fc.oneof(
  narrow,
  fc.constantFrom('漢', 'я', '😀', '\u0301', '\ufeff', '\u2028'),
  fc.string({ unit: 'grapheme' }),
);

/** Texts with line ends of all sorts, in every encoding, with and without a byte order mark. */
export function arbitraryText(size = 200): fc.Arbitrary<DecodedText> {
  const text = (part: fc.Arbitrary<string>) =>
    fc.array(part, { maxLength: size, size: 'max' }).map((parts) => parts.join('').replaceAll('\0', ''));
  const one = (encoding: DecodedText['encoding'], bom: fc.Arbitrary<boolean>, content: fc.Arbitrary<string>) =>
    fc.tuple(content, bom).map(([text, marked]): DecodedText => {
      // What begins with a mark is read as marked.
      return { text: encoding === 'utf-8' && !marked ? text.replace(/^\ufeff+/, '') : text, encoding, bom: marked };
    });
  return fc.oneof(
    one('utf-8', fc.boolean(), text(wide)),
    one('utf-16le', fc.constant(true), text(wide)),
    one('utf-16be', fc.constant(true), text(wide)),
    // One byte that is not UTF-8 makes it windows-1252.
    one(
      'windows-1252',
      fc.constant(false),
      text(narrow).map((rest) => `éa${rest}`),
    ),
  );
}

/** The bytes of a text that its encoding can hold. */
export function encoded(text: DecodedText): Uint8Array<ArrayBuffer> {
  const bytes = encodeText(text);
  if (bytes === undefined) throw new Error(`${text.encoding} cannot hold the text`);
  return bytes;
}

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
