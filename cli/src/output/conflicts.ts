import type { MergeConflict } from '@document-sync/sdk';
import { excerpt } from './excerpt.js';

type Lines = MergeConflict['base'];

/** More helps nobody at a terminal; `--format json` has all that the server tells. */
const MOST_CONFLICTS = 5;

/** Whose lines stand in a conflict, as its marks call them. */
export interface Sides {
  current: string;
  base: string;
}

/**
 * Conflicts for people, in the style of `diff3 -m`, a bounded number of lines.
 * @param count How many conflicts there are; the server may list fewer.
 */
export function conflictLines(conflicts: readonly MergeConflict[], count: number, sides: Sides): string[] {
  const shown = conflicts.slice(0, MOST_CONFLICTS);
  const lines = shown.flatMap(({ current, base, yours }) => [
    `<<<<<<< ${sides.current}, ${place(current)}`,
    ...excerpt(current.lines, current.line_count),
    `||||||| ${sides.base}, ${place(base)}`,
    ...excerpt(base.lines, base.line_count),
    '=======',
    ...excerpt(yours.lines, yours.line_count),
    `>>>>>>> yours, ${place(yours)}`,
  ]);
  const rest = count - shown.length;
  return rest > 0 ? [...lines, `… and ${rest} more ${rest === 1 ? 'conflict' : 'conflicts'}`] : lines;
}

function place({ start_line, line_count }: Lines): string {
  switch (line_count) {
    case 0:
      return `nothing before line ${start_line}`;
    case 1:
      return `line ${start_line}`;
    default:
      return `lines ${start_line}-${start_line + line_count - 1}`;
  }
}
