/** What somebody typed as one word, or in quotation marks, in the words of the index. */
import { classOf, UNSPACED } from '../characters.js';
import { wordAt, type Word } from '../known-words.js';
import type { Link } from '../word-visitor.js';
import { visitWords } from '../words.js';

export interface TypedWords {
  /** Words that follow each other. */
  readonly words: readonly Word[];
  /** Of the last of them only the beginning is asked for. */
  readonly endsInBeginning: boolean;
  /** The same as one word, where it is an identifier of several parts. With a star behind it, it is a beginning. */
  readonly compound: Word | undefined;
}

/** Words of one phrase; nobody types more. */
const MAX_WORDS = 32;
/** A single letter is the beginning of a tenth of all words, which takes a second to look up and says nothing. */
const MIN_BEGINNING = 2;

/** @param isBeginning a star stood behind it */
export function readTypedWords(text: string, isBeginning = false): TypedWords {
  const found: { word: Word; link: Link }[] = [];
  visitWords(text, (word, _start, _end, link) => {
    if (found.length < MAX_WORDS) found.push({ word, link });
  });
  const isIdentifier = found.length > 1 && found.slice(1).every(({ link }) => link === 'part');
  const compound = isIdentifier ? wholeOf(found.map(({ word }) => word.text)) : undefined;
  // A run at the end may go on in the text, so its last character alone is not asked for.
  if (found.at(-1)?.link === 'tail') found.pop();
  const last = found.at(-1)?.word.text ?? '';
  const isCharacter = isSingle(last) && classOf(last.codePointAt(0) ?? 0) === UNSPACED;
  const isLongEnough = isCharacter || last.length >= MIN_BEGINNING;
  // Behind other words, a beginning that is too short is left out; alone or in an identifier, it is a word.
  if (isBeginning && !isLongEnough && found.length > 1 && !compound) found.pop();
  // Any pair may begin with a single character.
  return {
    words: found.map(({ word }) => word),
    endsInBeginning: isCharacter || (isBeginning && isLongEnough),
    compound,
  };
}

function wholeOf(parts: readonly string[]): Word {
  const whole = parts.join('');
  return wordAt(whole, 0, whole.length);
}

function isSingle(text: string): boolean {
  return text !== '' && String.fromCodePoint(text.codePointAt(0) ?? 0) === text;
}

/** The terms of the index for words that follow each other; of the last, if it is a beginning, what was typed. */
export function termsOfTyped({ words, endsInBeginning }: TypedWords): string[] {
  return words.map(({ term, text }, index) => (endsInBeginning && index === words.length - 1 ? text : term));
}
