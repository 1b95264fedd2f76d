import type { Pattern, PatternMatch } from '../../../search-index/index.js';
import type { Range } from './excerpt.js';
import type { Headings } from './headings.js';
import { importanceOf } from './importance.js';

/** Weights are whole numbers, so that equal windows are equal, however their sum came about. */
const UNIT = 10_000;
/** How much more a pattern counts in a heading. */
const IN_HEADING = 1.5;
/** How much a pattern still counts that another passage shows. */
const SHOWN_ALREADY = 0.25;
const MAX_LINE_ENDS = 2;
const [TAB, LINE_FEED, CARRIAGE_RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];

/** How often a pattern stands in the window: in headings, and elsewhere. */
interface Presence {
  weight: number;
  inHeadings: number;
  elsewhere: number;
}

/** Chooses windows over matches: those that have the most of a query in a few lines. */
export class WindowChoice {
  readonly #found: readonly PatternMatch[];
  readonly #maxCharacters: number;
  readonly #patterns: readonly Presence[];
  readonly #isHeading: Uint8Array;
  /** For each match, how many line ends lie between it and the one before; too many where a heading does. */
  readonly #lineEnds: Uint8Array;
  readonly #taken: Uint8Array;

  constructor(
    text: string,
    found: readonly PatternMatch[],
    patterns: readonly Pattern[],
    headings: Headings,
    maxCharacters: number,
  ) {
    this.#found = found;
    this.#maxCharacters = maxCharacters;
    this.#taken = new Uint8Array(found.length);
    this.#isHeading = new Uint8Array(found.length);
    this.#lineEnds = new Uint8Array(found.length);
    const counts = patterns.map(() => 0);
    let heading = -1;
    for (const [at, { start, pattern }] of found.entries()) {
      counts[pattern] = (counts[pattern] ?? 0) + 1;
      const before = heading;
      while ((headings.starts[heading + 1] ?? Infinity) <= start) heading++;
      this.#isHeading[at] = heading !== -1 && start < (headings.ends[heading] ?? 0) ? 1 : 0;
      const previousEnd = found[at - 1]?.end ?? 0;
      this.#lineEnds[at] = heading === before ? lineEndsBetween(text, previousEnd, start, maxCharacters) : TOO_MANY;
    }
    this.#patterns = patterns.map((pattern, at) => ({
      weight: Math.round((UNIT * importanceOf(pattern)) / (1 + Math.log(1 + (counts[at] ?? 0)))),
      inHeadings: 0,
      elsewhere: 0,
    }));
  }

  /** The best window of those that are not taken; the first of equal ones. Undefined when all are. */
  best(): Range | undefined {
    let [bestScore, bestFirst, bestLast] = [0, -1, -1];
    let [first, score, lineEnds] = [0, 0, 0];
    for (let at = 0; at < this.#found.length; at++) {
      if (this.#taken[at] === 1) {
        while (first < at) score += this.#change(first++, -1);
        first = at + 1;
        continue;
      }
      lineEnds = first === at ? 0 : lineEnds + (this.#lineEnds[at] ?? 0);
      score += this.#change(at, 1);
      while (first < at && (lineEnds > MAX_LINE_ENDS || this.#isWide(first, at))) {
        score += this.#change(first++, -1);
        lineEnds -= this.#lineEnds[first] ?? 0;
      }
      if (score > bestScore) [bestScore, bestFirst, bestLast] = [score, first, at];
    }
    while (first < this.#found.length) score += this.#change(first++, -1);
    const start = this.#found[this.#tightened(bestFirst, bestLast)]?.start;
    const end = this.#found[bestLast]?.end;
    return start === undefined || end === undefined ? undefined : { start, end };
  }

  /** The first match that a window needs: those before it stand for patterns that come again. */
  #tightened(first: number, last: number): number {
    const needed = new Set<number>();
    let tightened = last;
    for (let at = last; at >= first; at--) {
      const key = 2 * (this.#found[at]?.pattern ?? 0);
      // In a heading it counts more; elsewhere a heading's will do.
      if (needed.has(key + 1) || (this.#isHeading[at] === 0 && needed.has(key))) continue;
      needed.add(key + (this.#isHeading[at] ?? 0));
      tightened = at;
    }
    return tightened;
  }

  /** Leaves a range out of the windows to come, and makes less of what it shows. */
  take({ start, end }: Range): void {
    const shown = new Set<Presence>();
    for (const [at, match] of this.#found.entries()) {
      if (match.end <= start || match.start >= end) continue;
      this.#taken[at] = 1;
      const presence = this.#patterns[match.pattern];
      if (presence !== undefined) shown.add(presence);
    }
    for (const presence of shown) presence.weight = Math.ceil(presence.weight * SHOWN_ALREADY);
  }

  #isWide(first: number, last: number): boolean {
    return (this.#found[last]?.end ?? 0) - (this.#found[first]?.start ?? 0) > this.#maxCharacters;
  }

  /** Adds a match to the window, or takes it out. Returns how much the window's score changes. */
  #change(at: number, by: 1 | -1): number {
    const presence = this.#patterns[this.#found[at]?.pattern ?? -1];
    if (presence === undefined) return 0;
    const before = contribution(presence);
    if (this.#isHeading[at] === 1) presence.inHeadings += by;
    else presence.elsewhere += by;
    return contribution(presence) - before;
  }
}

function contribution({ weight, inHeadings, elsewhere }: Presence): number {
  if (inHeadings > 0) return Math.round(weight * IN_HEADING);
  return elsewhere > 0 ? weight : 0;
}

const TOO_MANY = MAX_LINE_ENDS + 1;

function lineEndsBetween(text: string, from: number, to: number, maxCharacters: number): number {
  if (to - from > maxCharacters) return TOO_MANY;
  let count = 0;
  let isEmpty = false;
  for (let at = from; at < to && count < TOO_MANY; at++) {
    const unit = text.charCodeAt(at);
    if (unit === LINE_FEED) {
      // An empty line ends a paragraph, and with it a passage.
      if (isEmpty) return TOO_MANY;
      count++;
      isEmpty = true;
    } else if (unit !== SPACE && unit !== TAB && unit !== CARRIAGE_RETURN) isEmpty = false;
  }
  return count;
}
