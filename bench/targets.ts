import type { Target } from './figures.js';

const atLeast = (bound: number): Target => ({ sense: 'at least', bound });
const atMost = (bound: number): Target => ({ sense: 'at most', bound });

/** Of requests or documents per second, this server to the bare one, many to single, or with the index to without; loads without a target are measured for the picture. */
export const RATIO_TARGETS: Readonly<Partial<Record<string, Target>>> = {
  'push-1mb-c16': atLeast(0.75),
  'push-4kb-c16': atLeast(0.35),
  'push-256mb-c1': atLeast(1),
  'pull-1mb-c16': atLeast(1.5),
  'pull-4kb-c16': atLeast(0.6),
  'pull-256mb-c1': atLeast(2),
  'many-batch-1000-4kb-c1': atLeast(3),
  'many-archive-tar-4kb-c1': atLeast(3),
  'many-archive-zip-4kb-c1': atLeast(3),
  'access-list-c1': atLeast(0.85),
  'access-list-c16': atLeast(0.85),
  'access-pull-4kb-c1': atLeast(0.85),
  'access-pull-4kb-c16': atLeast(0.85),
  'search-push-4kb-c1': atLeast(0.6),
  'search-push-4kb-c16': atLeast(0.6),
};

/** Of a query of 100 rows at 100,000 documents, in milliseconds. */
export const QUERY_P50_TARGET = atMost(1.5);

/** Of the same query at 100,000 documents to that at 1,000. */
export const QUERY_GROWTH_TARGET = atMost(2);

/** Of the resident set in a transfer, in MiB. */
export const PEAK_MEMORY_TARGET = atMost(160);

/** Of the peak in a transfer of 1 GB to that of 256 MB; what a garbage collector does at random stays below a tenth. */
export const MEMORY_GROWTH_TARGET = atMost(1.1);

/** Of the time from the start of the process to its first answer, in milliseconds. */
export const START_TARGET = atMost(600);

/** Of a folder sync that finds 10,000 files and nothing to do, from start to end of its process, in seconds. */
export const UNCHANGED_SYNC_TARGET = atMost(5);

/** Of a search for 50 rows at a million documents, in milliseconds. */
export interface LatencyTargets {
  readonly p50: Target;
  readonly p99: Target;
}

const within = (p50: number, p99: number): LatencyTargets => ({ p50: atMost(p50), p99: atMost(p99) });

export const SEARCH_TARGETS = {
  newest: within(5, 20),
  nameRare: within(5, 25),
  nameCommon: within(10, 50),
  tags: within(10, 50),
  words: within(20, 100),
  commonWords: within(50, 250),
  fuzzy: within(50, 250),
  context: within(100, 400),
} as const;

/** Of a page after 20 others to the first one; what differs by chance stays below a quarter. */
export const DEEP_PAGE_TARGET = atMost(1.25);

/** Of the full-text index to the text that is in it, in bytes. */
export const INDEX_SIZE_TARGET = atMost(1.2);
