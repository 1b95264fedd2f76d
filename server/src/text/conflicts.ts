import type { MergeConflict } from '../kernel/contract.js';
import { withoutEnd } from './lines.js';
import type { MergeChunk, Span } from './merge-lines.js';
import type { Sides } from './sides.js';

/** Where both sides changed the same lines. */
export type ConflictingLines = Extract<MergeChunk, { conflict: unknown }>;

/** What of conflicts is listed: so many, of each side so many lines and characters, of each line so many characters. */
const LISTED = 20;
const LISTED_LINES = 100;
const LISTED_LENGTH = 10_000;
const LINE_LENGTH = 2_000;

/**
 * Conflicts as the contract lists them: the first ones, with the lines of each side, as far as an answer should hold them.
 *
 * @param lines the lines of each side that the conflicts' spans count
 * @param firstLine the number that the first of these lines has in its text
 */
export function listConflicts(
  conflicts: readonly ConflictingLines[],
  lines: Sides<readonly string[]>,
  firstLine: number,
): { conflicts: MergeConflict[]; conflict_count: number } {
  const show = (side: readonly string[], [start, end]: Span) => {
    const shown: string[] = [];
    let room = LISTED_LENGTH;
    for (const line of side.slice(start, Math.min(end, start + LISTED_LINES))) {
      const text = cut(withoutEnd(line));
      room -= text.length;
      if (room < 0) break;
      shown.push(text);
    }
    return { start_line: firstLine + start, line_count: end - start, lines: shown };
  };
  const listed = conflicts.slice(0, LISTED).map(({ conflict }) => ({
    base: show(lines.base, conflict.base),
    current: show(lines.current, conflict.current),
    yours: show(lines.yours, conflict.yours),
  }));
  return { conflicts: listed, conflict_count: conflicts.length };
}

function cut(line: string): string {
  if (line.length <= LINE_LENGTH) return line;
  const start = line.slice(0, LINE_LENGTH);
  return start.isWellFormed() ? start : start.slice(0, -1);
}
