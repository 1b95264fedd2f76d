import { foldWord, termOf, type Pattern } from '../../../../search-index/index.js';

/** Patterns of plain words, and of phrases where words are joined by `+`; a `*` at the end makes it a beginning. */
export function patternsFor(words: string): Pattern[] {
  return words
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const prefix = word.endsWith('*');
      const parts = word.replace('*', '').split('+').map(foldWord);
      return { terms: prefix ? parts : parts.map(termOf), prefix };
    });
}
