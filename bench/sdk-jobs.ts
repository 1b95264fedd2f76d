import type { StoredContent } from './load-jobs.js';

/** What the bench asks of the process with the SDK: to download each document once, with a content cache. */
export interface SdkJob {
  readonly kind: 'first pull' | 'second pull';
  readonly port: number;
  readonly documents: readonly StoredContent[];
  /** Of the cache; the first pull finds it empty. */
  readonly cacheFolder: string;
  /** Gets a file for each document. */
  readonly targetFolder: string;
}
