/**
 * How a text is cut into words: the same for what is indexed, what is asked for, and where it is shown to match.
 *
 * A word is a run of letters and digits. Identifiers fall into their parts (`parseConfig`, `parse_config` and
 * `--parse-config` are `parse` and `config`; `HTTPServer` is `http` and `server`), which the `link` of a word says, so that
 * the whole can be put together again. Of scripts without spaces each pair of neighbours is a word. A pictograph is one by
 * itself. `C++` and `C#` have names.
 */
import {
  APOSTROPHE,
  CAPITAL,
  classAt,
  DIGIT,
  endOfCharacter,
  INVISIBLE,
  isOfWord,
  JOINER,
  LETTER,
  MARK,
  OTHER,
  PICTOGRAPH,
  UNSPACED,
} from './characters.js';
import { wordAt } from './known-words.js';
import { visitUnspaced } from './unspaced.js';
import type { Link, WordVisitor } from './word-visitor.js';

const PLUS = 0x2b;
const HASH = 0x23;
const SMALL_S = 0x73;
/** English endings behind an apostrophe (`it's`, `we'll`), which are no words. */
const CLITICS = new Set(['s', 't', 'd', 'm', 'll', 're', 've']);
const LONGEST_CLITIC = 2;
/** Skin tones, and whether a pictograph is coloured. */
const PICTOGRAPH_STYLE = /(?:[\ufe0e\ufe0f]|[\u{1f3fb}-\u{1f3ff}])+/uy;

/** Tells of every word of a text, from first to last, in time that is proportional to its length. */
export function visitWords(text: string, visit: WordVisitor, from = 0, to = text.length): void {
  let at = from;
  while (at < to) {
    const kind = classAt(text, at);
    if (isOfWord(kind)) at = visitIdentifier(text, at, to, visit);
    else if (kind === UNSPACED) at = visitUnspaced(text, at, to, visit);
    else if (kind === PICTOGRAPH) at = visitPictograph(text, at, visit);
    else at += 1;
  }
}

/** Tells of the parts of an identifier, which most often is a single word. Returns its end. */
function visitIdentifier(text: string, start: number, to: number, visit: WordVisitor): number {
  let link: Link = 'apart';
  for (let at = start; ;) {
    const end = endOfPart(text, at, to);
    const name = end - at === 1 ? languageName(text, at) : undefined;
    if (name) {
      visit(wordAt(name, 0, name.length), at, end + signsOf(name), link);
      return end + signsOf(name);
    }
    const word = wordAt(text, at, end);
    if (word.text !== '') {
      visit(word, at, end, link);
      link = 'part';
    }
    if (end >= to) return end;
    const next = classAt(text, end);
    // One joiner belongs to the identifier; several (`--`, `__`) end it.
    if (isOfWord(next)) at = end;
    else if (next === JOINER && end + 1 < to && isOfWord(classAt(text, end + 1))) at = end + 1;
    else return next === APOSTROPHE ? behindClitic(text, end, to) : end;
  }
}

/** The end of the part that begins at `start`: where a capital begins the next one, or no letter or digit follows. */
function endOfPart(text: string, start: number, to: number): number {
  let at = start;
  let kind = classAt(text, at);
  if (kind === CAPITAL) {
    at += 1;
    kind = at < to ? classAt(text, at) : OTHER;
  }
  while (kind === LETTER || kind === DIGIT) {
    at += 1;
    kind = at < to ? classAt(text, at) : OTHER;
  }
  const isSimple = kind === OTHER || kind === JOINER || (kind === CAPITAL && at > start + 1);
  return isSimple ? at : endOfAnyPart(text, start, to);
}

/** The same for a part of several capitals, of marks, of characters that nobody sees. */
function endOfAnyPart(text: string, start: number, to: number): number {
  let end = start;
  let before = OTHER;
  let capitals = 0;
  let lastCapital = start;
  for (let at = start; at < to;) {
    const kind = classAt(text, at);
    if (!isOfWord(kind) && kind !== INVISIBLE) break;
    const next = endOfCharacter(text, at);
    if (kind === CAPITAL) {
      if (before === LETTER || before === DIGIT) break;
      capitals += 1;
      lastCapital = at;
    } else if (kind === LETTER && before === CAPITAL && capitals > 1 && !isPlural(text, at, to)) {
      // `HTTPServer`: the last of several capitals begins the next part.
      return lastCapital;
    }
    if (kind !== INVISIBLE) end = next;
    if (kind !== INVISIBLE && kind !== MARK) before = kind;
    at = next;
  }
  return end;
}

/** The `s` of `URLs` and `getIDsOf`. */
function isPlural(text: string, at: number, to: number): boolean {
  if (text.charCodeAt(at) !== SMALL_S) return false;
  const next = at + 1 < to ? classAt(text, at + 1) : OTHER;
  return next !== LETTER && next !== DIGIT;
}

/** The names of `C++`, `g++`, `C#` and `F#`, whose letter stands at a place. */
function languageName(text: string, at: number): string | undefined {
  const sign = text.charCodeAt(at + 1);
  if (sign !== PLUS && sign !== HASH) return undefined;
  const letter = text.charAt(at).toLowerCase();
  if (sign === PLUS) return text.charCodeAt(at + 2) === PLUS && /[cg]/.test(letter) ? `${letter}plusplus` : undefined;
  // `c#L12` is a place in a file.
  return /[cfjq]/.test(letter) && !isOfWord(classAt(text, at + 2)) ? `${letter}sharp` : undefined;
}

function signsOf(languageName: string): number {
  return languageName.endsWith('plusplus') ? 2 : 1;
}

function behindClitic(text: string, at: number, to: number): number {
  let end = at + 1;
  while (end < to && end <= at + 1 + LONGEST_CLITIC && isOfWord(classAt(text, end))) end += 1;
  return CLITICS.has(text.slice(at + 1, end).toLowerCase()) ? end : at;
}

function visitPictograph(text: string, start: number, visit: WordVisitor): number {
  const end = endOfCharacter(text, start);
  PICTOGRAPH_STYLE.lastIndex = end;
  const styledEnd = PICTOGRAPH_STYLE.test(text) ? PICTOGRAPH_STYLE.lastIndex : end;
  visit(wordAt(text, start, end), start, styledEnd, 'apart');
  return styledEnd;
}
