/** How scripts without spaces are cut: into pairs of neighbours, which need no dictionary. */
import { classAt, endOfCharacter, INVISIBLE, UNSPACED } from './characters.js';
import { wordAt } from './known-words.js';
import type { WordVisitor } from './word-visitor.js';

/** Tells of the pairs of a run without spaces, and of its last character. Returns the run's end. */
export function visitUnspaced(text: string, start: number, to: number, visit: WordVisitor): number {
  let before = start;
  let at = endOfSyllable(text, start, to);
  const isAlone = at >= to || classAt(text, at) !== UNSPACED;
  let link: 'apart' | 'pair' = 'apart';
  while (at < to && classAt(text, at) === UNSPACED) {
    const end = endOfSyllable(text, at, to);
    visit(wordAt(text, before, end), before, end, link);
    link = 'pair';
    before = at;
    at = end;
  }
  visit(wordAt(text, before, at), before, at, isAlone ? 'apart' : 'tail');
  return at;
}

/** Behind a character with what was taken off it: voicing marks of kana, letters of a Hangul syllable, variants. */
function endOfSyllable(text: string, start: number, to: number): number {
  let end = endOfCharacter(text, start);
  while (end < to && (isTakenOff(text.charCodeAt(end)) || classAt(text, end) === INVISIBLE)) {
    end = endOfCharacter(text, end);
  }
  return end;
}

function isTakenOff(unit: number): boolean {
  const isVoicing = unit === 0x3099 || unit === 0x309a || unit === 0xff9e || unit === 0xff9f;
  return isVoicing || (unit >= 0x1160 && unit <= 0x11ff);
}
