/** How words are made comparable: without case and accents, and in their basic form. */
import { stemmer } from 'stemmer';

/** Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs. Marks that are letters (Devanagari) stay. */
const ACCENTS =
  /[\u0300-\u036f]|[\u1ab0-\u1aff]|[\u1dc0-\u1dff]|[\u20d0-\u20ff]|[\ufe20-\ufe2f]|[\u0591-\u05c7]|[\u064b-\u065f]|\u0670/g;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}+/gu;
/** Letters that no normalization takes apart. */
const LIGATURES: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  ς: 'σ',
};
const LIGATURE = /[ßæœøđðłıς]/g;
// eslint-disable-next-line no-control-regex -- the range of ASCII
const ASCII = /^[\x00-\x7f]*$/;
/** Han, kana and Hangul as they are mostly written, which is their normal form. */
const NORMAL_UNSPACED = /^[\u3041-\u3096\u30a1-\u30fc\u4e00-\u9fff\uac00-\ud7a3]*$/;
/** What English inflection applies to. */
const STEMMABLE = /^[a-z]{3,40}$/;
const STEMS_KEPT = 100_000;

/** A word without case and accents; full-width and other forms of a letter are that letter. */
export function foldWord(word: string): string {
  if (ASCII.test(word)) return word.toLowerCase();
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(ACCENTS, '')
    .replace(INVISIBLE, '')
    .replace(LIGATURE, (letter) => LIGATURES[letter] ?? letter)
    .normalize('NFC');
}

/** Characters of scripts without spaces; their marks stay, `が` is not `か`. */
export function foldUnspaced(text: string): string {
  return NORMAL_UNSPACED.test(text) ? text : text.normalize('NFKC').replace(INVISIBLE, '');
}

const stems = new Map<string, string>();

/**
 * What the index has in place of a folded word: its stem (Porter, 1980), so that `retries` and `retry` are one. Anything
 * but a plain English word stands as it is.
 */
export function termOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (!STEMMABLE.test(word)) return word;
  const stem = stemmer(word);
  if (stems.size >= STEMS_KEPT) stems.clear();
  stems.set(word, stem);
  return stem;
}
