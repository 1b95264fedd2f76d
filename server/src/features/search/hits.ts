import type { Match } from '../../kernel/contract.js';
import type { SearchPosition } from './position.js';

/** A document that was found. Its score is 0 where the order is another one than relevance. */
export interface Hit {
  readonly sequence: number;
  readonly score: number;
  readonly match: Match;
}

/** A page of them. */
export interface HitPage {
  readonly hits: Hit[];
  /** `fuzzy` where nothing matches exactly. */
  readonly match: Match;
  /** How many documents match, as far as they were counted. */
  readonly total: number;
  /** There are more. */
  readonly total_capped: boolean;
  /** Where the next page starts; undefined on the last. */
  readonly next?: SearchPosition;
}

export const NO_HITS: HitPage = { hits: [], match: 'exact', total: 0, total_capped: false };
