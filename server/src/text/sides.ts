import type { MergeConflict } from '../kernel/contract.js';

/** Three of a kind: the version that both sides began with, what it became meanwhile, and what is to replace it. */
export interface Sides<T> {
  readonly base: T;
  readonly current: T;
  readonly yours: T;
}

/** What became of a merge. The reason completes "It cannot be merged: …". */
export type Merge =
  | { readonly merged: Uint8Array }
  | { readonly conflicts: MergeConflict[]; readonly conflict_count: number }
  | { readonly unmergeable: string };
