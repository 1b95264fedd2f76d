/** How much two tags look alike. */

/** From so many characters on, one tag in the other means that they have to do with each other. */
const PART_LENGTH = 3;
/** Of the pairs of letters in two words, so many must be common: words in another order, another ending. */
const COMMON_PAIRS = 0.6;
/** Larger distances are not looked for: they cost time and are no slips. */
const MAX_DISTANCE = 8;

/**
 * How much two folded words look alike: 1 for the same, 0 for nothing in common. Counted are slips (a letter too many, too
 * few, another one, two changed over), one word in the other, and common pairs of letters, whichever says most.
 */
export function similarity(one: string, other: string): number {
  if (one === other) return 1;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return Math.max(bySlips(short, long), asPart(short, long), byPairs(short, long));
}

function bySlips(short: string, long: string): number {
  const allowed = allowedSlips(long.length);
  if (long.length - short.length > allowed) return 0;
  const distance = slips(short, long, allowed);
  return distance > allowed ? 0 : 1 - distance / long.length;
}

function allowedSlips(length: number): number {
  if (length <= 2) return 0;
  if (length <= 5) return 1;
  return Math.min(MAX_DISTANCE, Math.floor(length / 3));
}

function asPart(short: string, long: string): number {
  return short.length >= PART_LENGTH && long.includes(short) ? 0.4 + (0.6 * short.length) / long.length : 0;
}

function byPairs(short: string, long: string): number {
  if (short.length < PART_LENGTH || short.length * 3 < long.length) return 0;
  const pairs = new Map<string, number>();
  for (let at = 0; at + 2 <= short.length; at += 1) {
    const pair = short.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  let common = 0;
  for (let at = 0; at + 2 <= long.length; at += 1) {
    const left = pairs.get(long.slice(at, at + 2)) ?? 0;
    if (left > 0) {
      common += 1;
      pairs.set(long.slice(at, at + 2), left - 1);
    }
  }
  const share = (2 * common) / (short.length + long.length - 2);
  return share >= COMMON_PAIRS ? share * 0.9 : 0;
}

/**
 * The number of slips between two words (optimal string alignment): insertions, deletions, substitutions, and neighbours
 * changed over. More than `allowed` is not counted out.
 */
export function slips(one: string, other: string, allowed: number): number {
  const width = other.length + 1;
  let [before, above, row] = [new Uint16Array(width), new Uint16Array(width), new Uint16Array(width)];
  for (let column = 0; column < width; column += 1) above[column] = column;
  for (let line = 1; line <= one.length; line += 1) {
    // Only what lies near the diagonal can be within what is allowed.
    const from = Math.max(1, line - allowed);
    const to = Math.min(other.length, line + allowed);
    row.fill(allowed + 1);
    row[0] = line;
    let least = line;
    for (let column = from; column <= to; column += 1) {
      const same = one[line - 1] === other[column - 1];
      let cost = Math.min(cell(above, column) + 1, cell(row, column - 1) + 1, cell(above, column - 1) + (same ? 0 : 1));
      const swapped =
        line > 1 && column > 1 && one[line - 1] === other[column - 2] && one[line - 2] === other[column - 1];
      if (swapped) cost = Math.min(cost, cell(before, column - 2) + 1);
      row[column] = cost;
      least = Math.min(least, cost);
    }
    if (least > allowed) return least;
    [before, above, row] = [above, row, before];
  }
  return cell(above, other.length);
}

function cell(row: Uint16Array, column: number): number {
  return row[column] ?? 0;
}
