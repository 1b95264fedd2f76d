/**
 * The words of texts, with what the index has of them. Most words of a text were met before; they are recognized where
 * they stand in it, without being cut out.
 */
import { classAt, PICTOGRAPH, UNSPACED } from './characters.js';
import { foldUnspaced, foldWord, termOf } from './folding.js';

/** A word wherever it stands. */
export interface Word {
  /** Folded; empty where it had only accents. */
  readonly text: string;
  /** What the index has in its place. */
  readonly term: string;
  /** Somebody may misspell it: letters, maybe a short number behind them; no digests and no pairs of characters. */
  readonly isSpellable: boolean;
}

/** Longer words are cut: nobody types them. In UTF-16 units. */
const MAX_WORD_LENGTH = 64;

interface KnownWord extends Word {
  /** As it stands in texts, with capitals of ASCII as small letters. */
  readonly key: string;
}

/** So many words are kept, each within some places of that of its hash; then it takes the place of another. */
const PLACES = 32_768;
const TRIED_PLACES = 4;
const known = new Array<KnownWord | undefined>(PLACES).fill(undefined);

/** The word that stands in a text, of letters and digits or of characters of scripts without spaces. */
export function wordAt(text: string, start: number, wordEnd: number): Word {
  const end = Math.min(wordEnd, start + MAX_WORD_LENGTH);
  let hash = 0;
  for (let at = start; at < end; at += 1) {
    hash = (Math.imul(hash, 31) + (text.charCodeAt(at) | CASE)) | 0;
  }
  const first = hash ^ (hash >>> 15);
  let place = first & (PLACES - 1);
  for (let tried = 0; tried < TRIED_PLACES; tried += 1) {
    const word = known[(first + tried) & (PLACES - 1)];
    if (word === undefined) {
      place = (first + tried) & (PLACES - 1);
      break;
    }
    if (word.key.length === end - start && standsAt(word.key, text, start)) return word;
  }
  const made = makeWord(text.slice(start, end), classAt(text, start));
  known[place] = made;
  return made;
}

/** What tells a letter of ASCII from its capital; digits have it, too. */
const CASE = 0x20;

function standsAt(key: string, text: string, start: number): boolean {
  for (let at = 0; at < key.length; at += 1) {
    const unit = text.charCodeAt(start + at);
    if (key.charCodeAt(at) !== (unit < 0x80 ? unit | CASE : unit)) return false;
  }
  return true;
}

const ASCII_CAPITALS = /[A-Z]+/g;
/** What a form of compatibility may fall into (`⑴` into `(1)`) and is no word. */
const SEPARATORS = /[^\p{L}\p{M}\p{N}]+/gu;
const SPELLABLE = /^\p{L}{3,32}\d{0,3}$/u;

function makeWord(standing: string, kind: number): KnownWord {
  const text = detached(foldedAs(kind, standing));
  return {
    key: detached(standing.replace(ASCII_CAPITALS, (capitals) => capitals.toLowerCase())),
    text,
    term: termOf(text),
    isSpellable: kind !== UNSPACED && SPELLABLE.test(text),
  };
}

function foldedAs(kind: number, standing: string): string {
  if (kind === PICTOGRAPH) return standing;
  return (kind === UNSPACED ? foldUnspaced(standing) : foldWord(standing)).replace(SEPARATORS, '');
}

/** Short parts of a text are copies of it, but longer ones, as V8 has them, keep the whole of it in memory. */
const COPIED_LENGTH = 12;

function detached(part: string): string {
  return part.length > COPIED_LENGTH ? Buffer.from(part, 'utf16le').toString('utf16le') : part;
}
