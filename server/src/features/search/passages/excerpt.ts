import type { TextSpan } from '../../../kernel/contract.js';

/** A part of a text, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** How far an excerpt may reach, and where the heading ends with which this room begins, if it does. */
export interface Room extends Range {
  readonly heading_end: number;
}

const MAX_LINES = 3;
/** How far a cut is moved to come to stand between words. */
const WORD_REACH = 20;
const ELLIPSIS = '…';

/**
 * A passage around a place: its lines, with those before and behind that belong to the same paragraph, three at the most;
 * of lines that are too long the part around the place.
 *
 * @param maxCharacters with the two `…` of a line that is cut
 */
export function excerptAround(text: string, place: Range, room: Room, maxCharacters: number): Range {
  const start = lineStart(text, place.start, Math.max(room.start, place.start - maxCharacters));
  const end = lineEnd(text, place.end, Math.min(room.end, place.end + maxCharacters));
  if (end - start > maxCharacters || isCut(text, start, end))
    return cutAround(text, place, { start, end }, maxCharacters);
  return withNeighbours(text, { start, end }, room, maxCharacters);
}

/** Whether a range begins or ends inside a line. */
function isCut(text: string, start: number, end: number): boolean {
  return !beginsLine(text, start) || !endsLine(text, end);
}

function beginsLine(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n';
}

function endsLine(text: string, at: number): boolean {
  return at === text.length || text[at] === '\n' || text.startsWith('\r\n', at);
}

function lineStart(text: string, at: number, least: number): number {
  let start = at;
  while (start > least && text[start - 1] !== '\n') start--;
  return start;
}

/** Where a line's own characters end, before its line end. */
function lineEnd(text: string, at: number, most: number): number {
  let end = at;
  while (end < most && text[end] !== '\n') end++;
  return end < text.length && text[end] === '\n' && end > at && text[end - 1] === '\r' ? end - 1 : end;
}

/** Cuts a range down to what is around a place in it, between words where there are some. */
function cutAround(text: string, place: Range, { start, end }: Range, maxCharacters: number): Range {
  const most = maxCharacters - 2 * ELLIPSIS.length;
  const before = Math.floor(Math.max(0, most - (place.end - place.start)) / 2);
  const first = Math.max(start, Math.min(place.start - before, end - most));
  const last = Math.min(end, first + most);
  let from = first;
  if (first > start) {
    while (from < Math.min(place.start, first + WORD_REACH) && !isBlank(text, from - 1)) from++;
    if (!isBlank(text, from - 1)) from = betweenCharacters(text, first, 1);
  }
  let to = last;
  if (last < end) {
    while (to > Math.max(place.end, last - WORD_REACH) && !isBlank(text, to)) to--;
    if (!isBlank(text, to)) to = betweenCharacters(text, last, -1);
  }
  // No empty lines at the ends.
  while (from < place.start && isLineEnd(text, from)) from++;
  while (to > place.end && isLineEnd(text, to - 1)) to--;
  return { start: from, end: Math.max(from, to) };
}

function isLineEnd(text: string, at: number): boolean {
  return text[at] === '\n' || text[at] === '\r';
}

function isBlank(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at));
}

/** The place itself, or the next one that is not inside a pair of surrogates. */
function betweenCharacters(text: string, at: number, step: 1 | -1): number {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1)) ? at + step : at;
}

/** Adds lines: the one behind, the one before, and so on, as long as they belong together and there is room. */
function withNeighbours(text: string, range: Range, room: Room, maxCharacters: number): Range {
  let { start, end } = range;
  let lines = text.slice(start, end).split('\n').length;
  for (let grows = true; grows && lines < MAX_LINES;) {
    grows = false;
    const behind = endOfNext(text, end, room, MAX_LINES - lines);
    if (behind !== undefined && behind.end - start <= maxCharacters) {
      end = behind.end;
      lines += behind.lines;
      grows = true;
    }
    const before = lines < MAX_LINES ? startOfPrevious(text, start, room, end - maxCharacters) : undefined;
    if (before !== undefined) {
      start = before;
      lines++;
      grows = true;
    }
  }
  return { start, end };
}

/** Where the next line of the paragraph ends; behind a heading there may be an empty line before it. */
function endOfNext(text: string, end: number, room: Room, lines: number): { end: number; lines: number } | undefined {
  let [from, taken] = [end, 0];
  while (taken < lines) {
    const start = text.indexOf('\n', from) + 1;
    if (start === 0 || start - from > 2 || start >= room.end) return undefined;
    taken++;
    const next = lineEnd(text, start, Math.min(room.end, start + LOOKED_AT));
    if (!endsLine(text, next)) return undefined;
    if (text.slice(start, next).trim() !== '') return { end: next, lines: taken };
    if (end > room.heading_end) return undefined;
    from = next;
  }
  return undefined;
}

/** Lines that are longer than this are no neighbours. */
const LOOKED_AT = 1_000;

/** Where the line before begins, if it belongs to the paragraph and begins at or behind `least`. */
function startOfPrevious(text: string, start: number, room: Room, least: number): number | undefined {
  if (start - 1 <= Math.max(room.start, room.heading_end, least)) return undefined;
  const previous = lineStart(text, start - 1, Math.max(room.start, least));
  const isWhole = beginsLine(text, previous) && previous >= room.heading_end;
  return isWhole && text.slice(previous, start).trim() !== '' ? previous : undefined;
}

/**
 * The text of an excerpt, with LF between its lines and `…` where a line is cut, and where in it the matches stand.
 *
 * @param found matches in the whole text, in order
 * @returns spans in code points, in order and apart from each other
 */
export function markedText(
  text: string,
  excerpt: Range,
  found: readonly Range[],
): { text: string; matches: TextSpan[] } {
  const matches: TextSpan[] = [];
  let shown = beginsLine(text, excerpt.start) ? '' : ELLIPSIS;
  let length = shown.length;
  let place = excerpt.start;
  const add = (to: number): void => {
    const piece = text.slice(place, to).replaceAll('\r\n', '\n');
    shown += piece;
    length += codePoints(piece);
    place = to;
  };
  for (let at = firstBehind(found, excerpt.start); at < found.length; at++) {
    const match = found[at] as Range;
    if (match.start >= excerpt.end) break;
    const end = Math.min(match.end, excerpt.end);
    if (end <= place) continue;
    add(Math.max(match.start, place));
    const start = length;
    add(end);
    matches.push({ start, end: length });
  }
  add(excerpt.end);
  return { text: endsLine(text, excerpt.end) ? shown : `${shown}${ELLIPSIS}`, matches };
}

function codePoints(text: string): number {
  let count = text.length;
  for (let at = 1; at < text.length; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

/** The first match that ends behind a place; matches are in order and do not overlap much. */
function firstBehind(found: readonly Range[], place: number): number {
  let low = 0;
  let high = found.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((found[middle]?.end ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
