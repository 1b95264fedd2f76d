/** How many characters texts have in common at the beginning and at the end; both are whole lines. */
export interface SharedEnds {
  readonly head: number;
  readonly tail: number;
}

/** Strings are compared in pieces of this length, which is much faster than letter by letter. */
const PIECE = 4_096;

/**
 * The lines that all texts have in common at the beginning, and of the rest at the end. Most versions of a long text differ
 * in a short stretch, and only that has to be looked at line by line.
 */
export function sharedEnds(first: string, ...others: readonly string[]): SharedEnds {
  const room = Math.min(first.length, ...others.map((other) => other.length));
  const letters = commonLetters(room, (start, end) => {
    const piece = first.slice(start, end);
    return others.every((other) => other.slice(start, end) === piece);
  });
  const head = letters === 0 ? 0 : first.lastIndexOf('\n', letters - 1) + 1;
  const fromEnd = commonLetters(room - head, (start, end) => {
    const piece = first.slice(first.length - end, first.length - start);
    return others.every((other) => other.slice(other.length - end, other.length - start) === piece);
  });
  // A tail begins behind a line end that it has in common too, so that it is whole lines in every text.
  const end = first.indexOf('\n', first.length - fromEnd);
  return { head, tail: end === -1 ? 0 : first.length - end - 1 };
}

/** The greatest number of letters up to which all is the same, by a comparison of stretches. */
function commonLetters(room: number, same: (start: number, end: number) => boolean): number {
  let at = 0;
  while (at < room && same(at, Math.min(room, at + PIECE))) at = Math.min(room, at + PIECE);
  for (let step = PIECE; step >= 1; step /= 2) if (at + step <= room && same(at, at + step)) at += step;
  return at;
}
