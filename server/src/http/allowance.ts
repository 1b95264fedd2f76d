/** What a tenant may still store, held against what arrives while it arrives. */
import type { Problem } from '../kernel/problem.js';
import type { Stage } from './form.js';

export interface Allowance {
  /** How many bytes more. */
  readonly bytes_left: number;
  /** What is to be said of more. */
  readonly exceeded: () => Problem;
}

/** Finds out what a tenant may still store; undefined where there is no limit. */
export type FindAllowance = (tenant_id: string) => Promise<Allowance | undefined>;

/**
 * A staging that takes, over all its files together, no more than is allowed; a file that goes beyond it fails at once with
 * the Problem, and counts no more. What is allowed at the end is decided where it is recorded: others may have stored
 * something meanwhile.
 */
export function stageWithin(stage: Stage, { bytes_left, exceeded }: Allowance): Stage {
  let left = bytes_left;
  return (source) => {
    let taken = 0;
    const count = (piece: Buffer): void => {
      taken += piece.length;
      left -= piece.length;
      if (left >= 0) return;
      left += taken;
      source.off('data', count);
      // Not from within an event of the form's parser, which goes on with the rest of its piece.
      queueMicrotask(() => source.destroy(exceeded()));
    };
    source.on('data', count);
    return stage(source);
  };
}
