/*
 * Names of people, projects and places: the words that a vocabulary grows by as a collection does, and which no text that
 * documents are sampled from has enough of.
 */

const CONSONANTS = 'bdfghjklmnprtvwz';
const VOWELS = 'aeiou';
const ENDINGS = ['n', 'r', 'm', 'k', 'l'];

const SYLLABLES = [...CONSONANTS].flatMap((consonant) => [...VOWELS].map((vowel) => consonant + vowel));
const ROOTS = SYLLABLES.length ** 3;
/** Shares no factor with the number of roots, so that neighbours in number look nothing alike. */
const STRIDE = 387_420_489;

/** How many names there are. */
export const INVENTED_NAMES = ROOTS * ENDINGS.length;

/**
 * The name of a number, one word of seven letters: `Kavomir`.
 * @param number from 0 to below `INVENTED_NAMES`; each has a name of its own
 */
export function inventedName(number: number): string {
  let left = ((number % ROOTS) * STRIDE) % ROOTS;
  let name = '';
  for (let syllable = 0; syllable < 3; syllable += 1) {
    name += SYLLABLES[left % SYLLABLES.length] ?? '';
    left = Math.floor(left / SYLLABLES.length);
  }
  name += ENDINGS[Math.floor(number / ROOTS) % ENDINGS.length] ?? '';
  return name.charAt(0).toUpperCase() + name.slice(1);
}
