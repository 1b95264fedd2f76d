import { diff3Merge } from 'node-diff3';
import { matchLines, type LineMatch } from './line-matching.js';
import type { Sides } from './sides.js';

/** Where lines stand: the first one, counted from 0, and the one behind the last. */
export type Span = readonly [start: number, end: number];

/** A piece of a merge: the numbers of lines, or where the sides are in conflict. */
export type MergeChunk = { readonly merged: readonly number[] } | { readonly conflict: Sides<Span> };

/**
 * The diff3 library compares every line with all that are like it, and the time grows with the cube of that. It gets only
 * stretches that both sides have changed, and only up to this many lines of all three; longer ones are one conflict.
 */
const MAX_STRETCH = 1_000;

/**
 * Merges lines by diff3. The lines that all three sides share are found first; what lies between them is merged stretch by
 * stretch.
 *
 * @param sides numbers of lines, equal lines with equal numbers
 * @param timeoutMs how long it may take
 * @returns undefined when the time is over
 */
export function mergeLines(sides: Sides<readonly number[]>, timeoutMs: number): MergeChunk[] | undefined {
  const { base, current, yours } = sides;
  const inCurrent = matchLines(base, current, timeoutMs / 2);
  const inYours = inCurrent && matchLines(base, yours, timeoutMs / 2);
  if (inCurrent === undefined || inYours === undefined) return undefined;
  const chunks: MergeChunk[] = [];
  let at: Sides<number> = { base: 0, current: 0, yours: 0 };
  const end = { base: base.length, current: current.length, yours: yours.length, length: 0 };
  for (const shared of [...sharedRuns(inCurrent, inYours), end]) {
    const spans = {
      base: [at.base, shared.base],
      current: [at.current, shared.current],
      yours: [at.yours, shared.yours],
    } as const;
    chunks.push(...mergeStretch(sides, spans), { merged: base.slice(shared.base, shared.base + shared.length) });
    at = {
      base: shared.base + shared.length,
      current: shared.current + shared.length,
      yours: shared.yours + shared.length,
    };
  }
  return chunks;
}

interface SharedRun extends Sides<number> {
  readonly length: number;
}

/** The runs of lines that stand in all three sides, from those that stand in two. */
function sharedRuns(inCurrent: readonly LineMatch[], inYours: readonly LineMatch[]): SharedRun[] {
  const runs: SharedRun[] = [];
  let at = 0;
  for (const match of inCurrent) {
    const end = match.old_line + match.length;
    // A match may reach into the next one of the other side, so the last one is looked at again.
    while (at < inYours.length && lastLine(inYours[at]) < match.old_line) at++;
    for (let next = at; next < inYours.length; next++) {
      const other = inYours[next];
      if (other === undefined || other.old_line >= end) break;
      const base = Math.max(match.old_line, other.old_line);
      const length = Math.min(end, other.old_line + other.length) - base;
      const current = base - match.old_line + match.new_line;
      runs.push({ base, current, yours: base - other.old_line + other.new_line, length });
    }
  }
  return runs;
}

function lastLine(match: LineMatch | undefined): number {
  return match === undefined ? Infinity : match.old_line + match.length - 1;
}

function mergeStretch(sides: Sides<readonly number[]>, spans: Sides<Span>): MergeChunk[] {
  const base = sides.base.slice(...spans.base);
  const current = sides.current.slice(...spans.current);
  const yours = sides.yours.slice(...spans.yours);
  if (isSame(yours, base) || isSame(yours, current)) return [{ merged: current }];
  if (isSame(current, base)) return [{ merged: yours }];
  if (base.length + current.length + yours.length > MAX_STRETCH) return [{ conflict: spans }];
  return diff3Merge<number>(current, base, yours, { excludeFalseConflicts: true }).map(({ ok, conflict }) => {
    if (conflict === undefined) return { merged: ok ?? [] };
    const span = ([start]: Span, index: number, lines: readonly number[]): Span => [
      start + index,
      start + index + lines.length,
    ];
    return {
      conflict: {
        base: span(spans.base, conflict.oIndex, conflict.o),
        current: span(spans.current, conflict.aIndex, conflict.a),
        yours: span(spans.yours, conflict.bIndex, conflict.b),
      },
    };
  });
}

function isSame(one: readonly number[], two: readonly number[]): boolean {
  return one.length === two.length && one.every((line, at) => line === two[at]);
}
