/** What the bench asks of its load client, over the channel between parent and child process. */
export type LoadJob = PushJob | PullJob | QueryJob;

interface CommonJob {
  readonly port: number;
  readonly connections: number;
  /** When to stop starting requests; those under way are finished and counted. */
  readonly until: { readonly milliseconds: number } | { readonly requests: number };
  /** One answer in so many is checked to the last byte: checking all would make the client the bottleneck. */
  readonly verifyEvery: number;
}

/** Every push has a content of its own. */
export interface PushJob extends CommonJob {
  readonly kind: 'push';
  readonly sizeBytes: number;
  /** Makes the contents of this job differ from those of any other: at most 16 ASCII characters. */
  readonly run: string;
}

export interface PullJob extends CommonJob {
  readonly kind: 'pull';
  readonly documents: readonly StoredContent[];
}

export interface QueryJob extends CommonJob {
  readonly kind: 'query';
  /** Path and query of the request. */
  readonly path: string;
  readonly rows: number;
}

/** A document that a push was answered with. */
export interface StoredContent {
  readonly documentId: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** CPU time of the load client itself, user and system. */
  readonly clientCpuSeconds: number;
  /** One per request, in the order of their ends. */
  readonly latenciesMs: Float64Array;
  /** How many answers were checked to the last byte, not by status and length alone. */
  readonly verified: number;
  /** Of a push job: some of what was stored, to be pulled later. */
  readonly stored: readonly StoredContent[];
}

/** The load client answers every job with one of these, in order. */
export type LoadReply = { readonly result: LoadResult } | { readonly error: string };
