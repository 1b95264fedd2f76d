/**
 * What must not get lost. Every line that somebody writes into a file is unlike any other. A line may be missing in the end
 * only if somebody who had it before him took it out: by an edit, or by deleting the file that he saw.
 */
export class LineLedger {
  readonly #written = new Set<string>();
  readonly #removed = new Set<string>();
  /** Lines that were in a folder when a sync of it began and ended well. */
  readonly #committed = new Set<string>();
  #count = 0;

  /** A line that nobody has written yet. */
  write(): string {
    this.#count += 1;
    const line = `line ${this.#count}`;
    this.#written.add(line);
    return line;
  }

  /** Somebody takes the lines out of a file on purpose. */
  remove(lines: Iterable<string>): void {
    for (const line of lines) this.#removed.add(line);
  }

  commit(lines: Iterable<string>): void {
    for (const line of lines) this.#committed.add(line);
  }

  /** Lines that nobody took out and that are not among those that are left. */
  lost(left: ReadonlySet<string>): string[] {
    return [...this.#written].filter((line) => !this.#removed.has(line) && !left.has(line));
  }

  /** Lines that a sync has seen and that no version has kept. */
  unrecorded(kept: ReadonlySet<string>): string[] {
    return [...this.#committed].filter((line) => !kept.has(line));
  }
}

/** The lines of a text, without the empty one at the end. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
