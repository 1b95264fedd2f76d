/** What a character is to whoever cuts a text into words. */

export const OTHER = 0;
/** A letter that is no capital. */
export const LETTER = 1;
export const CAPITAL = 2;
export const DIGIT = 3;
/** An accent or vowel sign that belongs to the letter before it. */
export const MARK = 4;
/** A character of a script that is written without spaces. */
export const UNSPACED = 5;
/** A pictograph, which is a word by itself. */
export const PICTOGRAPH = 6;
/** What may stand between the parts of an identifier: a hyphen or an underscore. */
export const JOINER = 7;
export const APOSTROPHE = 8;
/** What nobody sees, as a soft hyphen or a variation selector: in a word it is as if it were not there. */
export const INVISIBLE = 9;

const SURROGATE = 254;
const UNKNOWN = 255;

/** Han, kana, Hangul, bopomofo and the scripts of South-East Asia, with their vowel signs and tones. */
const UNSPACED_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc\uff70]/u;
const CAPITALS = /\p{Lu}|\p{Lt}/u;
const PICTOGRAPHS = /\p{Extended_Pictographic}/u;
/** Before the arrows there are trade marks and the like, which belong to no word. */
const FIRST_PICTOGRAPH = 0x2190;

const classes = new Uint8Array(0x110000).fill(UNKNOWN).fill(SURROGATE, 0xd800, 0xdc00);

/** The class of the character that begins at a place of a text; of none behind its end. */
export function classAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  const known = classes[unit] ?? OTHER;
  return known < SURROGATE ? known : classOf(text.codePointAt(at) ?? unit);
}

/** The class of a code point. */
export function classOf(codePoint: number): number {
  const known = classes[codePoint] ?? OTHER;
  if (known < SURROGATE) return known;
  const found = classify(String.fromCodePoint(codePoint), codePoint);
  // Half of a pair stays one.
  if (known === UNKNOWN) classes[codePoint] = found;
  return found;
}

/** Where the character ends that begins at a place of a text. */
export function endOfCharacter(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? at + 2 : at + 1;
}

/** Whether it may stand in a word of letters and digits. */
export function isOfWord(kind: number): boolean {
  return kind >= LETTER && kind <= MARK;
}

function classify(character: string, codePoint: number): number {
  if (/[-_\u2010\u2011]/.test(character)) return JOINER;
  if (/['\u2019]/.test(character)) return APOSTROPHE;
  if (/\p{Default_Ignorable_Code_Point}/u.test(character)) return INVISIBLE;
  if (UNSPACED_SCRIPTS.test(character)) return /[\p{L}\p{M}\p{N}]/u.test(character) ? UNSPACED : OTHER;
  if (/\p{N}/u.test(character)) return DIGIT;
  if (CAPITALS.test(character)) return CAPITAL;
  if (/\p{L}/u.test(character)) return LETTER;
  if (/\p{M}/u.test(character)) return MARK;
  return codePoint >= FIRST_PICTOGRAPH && PICTOGRAPHS.test(character) ? PICTOGRAPH : OTHER;
}
