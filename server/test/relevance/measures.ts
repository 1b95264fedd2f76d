/** How good lists of results are, as the retrieval conferences measure it. */

/** What was found for a question, the best first, and what should have been. */
export interface Judged {
  readonly found: readonly string[];
  readonly answers: ReadonlySet<string>;
}

export interface Measures {
  /** The mean of one over the rank of the first answer; nothing for one that is not among the first ten. */
  readonly mrr: number;
  /** The mean share of the answers that are among the first ten. */
  readonly recall: number;
}

const RANKS = 10;

/** MRR@10 and recall@10. */
export function measure(judged: readonly Judged[]): Measures {
  const mean = (valueOf: (one: Judged) => number): number =>
    judged.reduce((sum, one) => sum + valueOf(one), 0) / judged.length;
  return {
    mrr: mean(({ answers, found }) => {
      const rank = found.slice(0, RANKS).findIndex((name) => answers.has(name)) + 1;
      return rank === 0 ? 0 : 1 / rank;
    }),
    recall: mean(
      ({ answers, found }) => new Set(found.slice(0, RANKS).filter((name) => answers.has(name))).size / answers.size,
    ),
  };
}
