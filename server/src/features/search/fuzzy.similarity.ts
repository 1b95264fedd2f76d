/** How much a word of the documents looks like one that was asked for. */
import { slips } from './similar-tags.js';

/** From so many letters on, so many slips are forgiven. */
const FORGIVEN: readonly (readonly [letters: number, slips: number])[] = [
  [10, 3],
  [6, 2],
  [4, 1],
];
/** A word's part, at its beginning or elsewhere, has to have so many letters to stand for it. */
const BEGINNING_LETTERS = 3;
const PART_LETTERS = 4;
/** What a part of a word is like it at the least; the rest hangs on how much of it that is. */
const BEGINNING_BASE = 0.55;
const PART_BASE = 0.4;
const PART_SHARE = 0.35;
/** People seldom mistake the first letter. */
const OTHER_FIRST_LETTER = 0.1;

/** How many slips in a word are forgiven. */
export function forgivenSlips(word: string): number {
  return FORGIVEN.find(([letters]) => word.length >= letters)?.[1] ?? 0;
}

/**
 * How much a word looks like the one that was asked for, from 0, not at all, to 1, the same: by slips (a letter too many,
 * too few, another one, two changed over) or because it has the other as its part, whichever says more.
 */
export function wordSimilarity(asked: string, word: string): number {
  if (asked === word) return 1;
  return Math.max(bySlips(asked, word), asPart(asked, word));
}

function bySlips(asked: string, word: string): number {
  const forgiven = forgivenSlips(asked);
  if (Math.abs(asked.length - word.length) > forgiven) return 0;
  const [short, long] = asked.length < word.length ? [asked, word] : [word, asked];
  const distance = slips(short, long, forgiven);
  if (distance > forgiven) return 0;
  return 1 - distance / long.length - (asked[0] === word[0] ? 0 : OTHER_FIRST_LETTER);
}

function asPart(asked: string, word: string): number {
  const share = (PART_SHARE * asked.length) / word.length;
  if (asked.length >= BEGINNING_LETTERS && word.startsWith(asked)) return BEGINNING_BASE + share;
  return asked.length >= PART_LETTERS && word.includes(asked) ? PART_BASE + share : 0;
}
