/** What a figure must reach. */
export interface Target {
  readonly sense: 'at least' | 'at most';
  readonly bound: number;
}

export type Unit = '×' | '/s' | 'MB/s' | 's' | 'ms' | 'KiB' | 'MiB' | '%' | '';

/** One measured value. */
export interface Figure {
  /** Heads its column; the same name in each row of a table. */
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly target?: Target;
}

/** One load, and all that was measured under it. */
export interface Row {
  readonly id: string;
  readonly label: string;
  readonly figures: readonly Figure[];
}

/** One part of the report. */
export interface Table {
  readonly title: string;
  /** What one must know to read it. */
  readonly note: string;
  readonly rows: readonly Row[];
}

/**
 * Whether the value reaches its target, bound included.
 */
export function isMet(value: number, target: Target): boolean {
  return target.sense === 'at least' ? value >= target.bound : value <= target.bound;
}
