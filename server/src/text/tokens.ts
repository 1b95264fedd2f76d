/**
 * About how many tokens a text is for a language model. No tokenizer is run: characters are counted by kind, with the
 * ratios of the library tokenx, which are calibrated against o200k_base. The library itself does not fit, because a text
 * has to be cut where a budget ends: here every line is measured by itself, so the sum of its lines is a text's total, a
 * longer beginning never has fewer tokens, and the time is linear. A test holds the estimate to that of tokenx.
 */

/** No token takes more bytes of UTF-8 than this; so much has to be read, at the most, for a budget of tokens. */
export const MAX_TOKEN_BYTES = 32;

/** One token, in the unit of the characters' costs. */
const TOKEN = 10_000;

/** Kinds of characters; those of one kind that follow each other are a run and share tokens. */
const LINE_START = 0;
const SPACE = 1;
const WORD = 2;
const DIGITS = 3;
const MARKS = 4;
const IDEOGRAPHS = 5;
const CARRIAGE_RETURN = 6;
const LINE_FEED = 7;

/** A character's kind and cost in one number: the kind in the lowest three bits. */
function classOf(kind: number, charactersPerToken: number): number {
  return (Math.floor(TOKEN / charactersPerToken) << 3) | kind;
}

/** The classes of the characters below this are in a table. */
const TABLED = 0x3000;
const classes = new Uint32Array(TABLED);

for (const [first, last, kind, charactersPerToken] of [
  [0x00, 0x7f, MARKS, 6],
  [0x09, 0x0c, SPACE, 16],
  [0x0a, 0x0a, LINE_FEED, 1],
  [0x0d, 0x0d, CARRIAGE_RETURN, 16],
  [0x20, 0x20, SPACE, 16],
  [0x30, 0x39, DIGITS, 3],
  [0x41, 0x5a, WORD, 7],
  [0x61, 0x7a, WORD, 7],
  [0x80, 0xbf, MARKS, 2],
  [0xc0, 0x36f, WORD, 1.67], // Latin letters with accents
  [0x370, 0x3ff, WORD, 3], // Greek
  [0x400, 0x52f, WORD, 6], // Cyrillic
  [0x530, 0x10ff, WORD, 2.5],
  [0x1100, 0x11ff, IDEOGRAPHS, 1.65], // Hangul
  [0x1200, 0x1fff, WORD, 2.5],
  [0x2000, 0x2e7f, MARKS, 2],
  [0x2e80, 0x2fff, IDEOGRAPHS, 1.2],
] as const) {
  classes.fill(classOf(kind, charactersPerToken), first, last + 1);
}

const LETTER_COST = Math.floor(TOKEN / 7);
const SPACE_COST = Math.floor(TOKEN / 16);
const KANA = classOf(IDEOGRAPHS, 1.35);
const HANGUL = classOf(IDEOGRAPHS, 1.65);
const HANZI = classOf(IDEOGRAPHS, 1.2);
const SURROGATE_PAIR = classOf(MARKS, 0.9);

/** The class of a character of the rest of Unicode; a pair of surrogates costs what its first half does. */
function classBeyond(unit: number): number {
  if (unit >= 0x3040 && unit < 0x3100) return KANA;
  if (unit >= 0xac00 && unit < 0xd7b0) return HANGUL;
  if (unit >= 0xd800 && unit < 0xdc00) return SURROGATE_PAIR;
  return unit >= 0xdc00 && unit < 0xe000 ? MARKS : HANZI;
}

/** Measures lines; used again and again, because there are very many of them. */
export class LineMeter {
  /** How many tokens the last measured piece has. */
  tokens = 0;
  /** The index at which the last measurement ended: its end, or where the budget was spent. Never inside a character. */
  end = 0;

  /**
   * Measures a line, or the beginning of one. The first token of a word holds a letter more than others, two blanks
   * between words are free, and so is a line end after a mark.
   *
   * @param start index of the line's first character
   * @param end index behind what is to be measured
   * @param budget the most tokens that may be spent; the measurement ends before the character that would need one more
   */
  measure(text: string, start: number, end: number, budget = Infinity): this {
    let tokens = 0;
    let run = LINE_START;
    // What the current token can still hold.
    let room = 0;
    let at = start;
    for (; at < end; at++) {
      const unit = text.charCodeAt(at);
      const character = unit < TABLED ? (classes[unit] ?? 0) : classBeyond(unit);
      const cost = character >> 3;
      let kind = character & 7;
      if (kind === run && cost <= room) {
        room -= cost;
        continue;
      }
      if (kind === CARRIAGE_RETURN) {
        if (at + 1 < end && text.charCodeAt(at + 1) === 0x0a) continue;
        kind = SPACE;
      }
      let spent = 0;
      if (kind === LINE_FEED) room = run === MARKS ? TOKEN : 0;
      else if (kind !== run) {
        room = kind === SPACE && run !== LINE_START ? 2 * SPACE_COST : 0;
        if (kind === WORD) {
          spent = 1;
          room = TOKEN + LETTER_COST;
        }
      }
      for (; room < cost; room += TOKEN) spent++;
      if (tokens + spent > budget) break;
      tokens += spent;
      room -= cost;
      run = kind;
    }
    this.tokens = tokens;
    // The CR of a line end that does not fit was free because of it, and is no part of the line either.
    const isCrlf = at < end && at > start && text.charCodeAt(at) === 0x0a && text.charCodeAt(at - 1) === 0x0d;
    this.end = isCrlf ? at - 1 : at;
    return this;
  }
}
