import type { Word } from './known-words.js';

/**
 * How a word hangs on the one before it: `apart`; `part` of the same identifier; `pair` of the same run of a script
 * without spaces; or the `tail`, the last character of such a run, which is there so that it can be found by itself.
 */
export type Link = 'apart' | 'part' | 'pair' | 'tail';

/**
 * Is told of a word.
 *
 * @param word never empty
 * @param start where it begins in the text, in UTF-16 units; `end` is behind it
 */
export type WordVisitor = (word: Word, start: number, end: number, link: Link) => void;
