import { diffArrays } from 'diff';

/** A run of lines that two texts have in common; lines are counted from 0. */
export interface LineMatch {
  readonly old_line: number;
  readonly new_line: number;
  readonly length: number;
}

/** Gives lines numbers, equal ones the same: numbers are compared faster, and are small. */
export class LineNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #lines: string[] = [];

  /** The numbers of lines. */
  of(lines: readonly string[]): number[] {
    return lines.map((line) => {
      const known = this.#numbers.get(line);
      if (known !== undefined) return known;
      const number = this.#lines.push(line) - 1;
      this.#numbers.set(line, number);
      return number;
    });
  }

  /** The line that has a number. */
  line(number: number): string {
    return this.#lines[number] ?? '';
  }
}

/**
 * Finds the most lines that two texts have in common, in order. Lines that only one of them has are put aside before: they
 * match nothing, and the time grows with the square of what is different.
 *
 * @param before numbers of the old lines
 * @param after numbers of the new lines
 * @param timeoutMs how long it may take
 * @returns the runs in order, or undefined when the time is over
 */
export function matchLines(
  before: readonly number[],
  after: readonly number[],
  timeoutMs: number,
): LineMatch[] | undefined {
  const oldLines = indicesAmong(before, after);
  const newLines = indicesAmong(after, before);
  const numbersAt = (indices: readonly number[], numbers: readonly number[]) => indices.map((at) => numbers[at] ?? -1);
  const changes = diffArrays(numbersAt(oldLines, before), numbersAt(newLines, after), { timeout: timeoutMs });
  if (changes === undefined) return undefined;
  const matches: LineMatch[] = [];
  let run: { old_line: number; new_line: number; length: number } | undefined;
  let oldAt = 0;
  let newAt = 0;
  for (const { added, removed, count } of changes) {
    if (added || removed) {
      if (added) newAt += count;
      else oldAt += count;
      continue;
    }
    for (const last = oldAt + count; oldAt < last; oldAt++, newAt++) {
      const old_line = oldLines[oldAt] ?? 0;
      const new_line = newLines[newAt] ?? 0;
      if (run !== undefined && old_line === run.old_line + run.length && new_line === run.new_line + run.length) {
        run.length++;
      } else matches.push((run = { old_line, new_line, length: 1 }));
    }
  }
  return matches;
}

/** The places of the numbers that are among others too. Numbers are small: one for each different line. */
function indicesAmong(numbers: readonly number[], others: readonly number[]): number[] {
  const present = new Uint8Array(others.reduce((most, number) => Math.max(most, number), 0) + 1);
  for (const number of others) present[number] = 1;
  const indices: number[] = [];
  for (const [at, number] of numbers.entries()) if (present[number] === 1) indices.push(at);
  return indices;
}
