/** A file that goes from one path to another. */
export interface Move {
  from: string;
  path: string;
}

/** Moves in an order in which none meets a file that has yet to go; `aside` frees a path of a circle first. */
export type OrderedMove<M extends Move> = { move: M; aside: boolean };

/**
 * Orders moves so that each target is free when its turn comes. A circle (two files that swap their paths) is opened by
 * moving one of them aside first.
 */
export function orderMoves<M extends Move>(moves: readonly M[]): OrderedMove<M>[] {
  const pending = new Map(moves.map((move) => [move.from, move]));
  const ordered: OrderedMove<M>[] = [];
  const opened = new Set<string>();
  while (pending.size > 0) {
    const ready = [...pending.values()].filter(({ path }) => !pending.has(path) || opened.has(path));
    for (const move of ready) {
      ordered.push({ move, aside: false });
      pending.delete(move.from);
    }
    if (ready.length > 0) continue;
    const [first] = pending.values();
    if (first === undefined) break;
    ordered.push({ move: first, aside: true });
    opened.add(first.from);
  }
  return ordered;
}
