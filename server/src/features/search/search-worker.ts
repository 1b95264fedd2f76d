// What runs in the threads of the search: each has a connection of its own, which only reads.
import path from 'node:path';
import Tinypool from 'tinypool';
import { openBlobStore } from '../../blobs/index.js';
import { connectReader } from '../../db/index.js';
import type { TextSources } from './indexed-text.js';
import { runSearchJob, type SearchJob } from './search-jobs.js';
import type { SearchThreadData } from './search-threads.js';

const { databaseFile, maxIndexedBytes } = Tinypool.workerData as SearchThreadData;

let sources: Promise<TextSources> | undefined;

async function open(): Promise<TextSources> {
  const [session, blobs] = await Promise.all([connectReader(databaseFile), openBlobStore(path.dirname(databaseFile))]);
  return { session, blobs, maxIndexedBytes };
}

/** Does a job, see `runSearchJob`. */
export default async function search(job: SearchJob): Promise<unknown> {
  sources ??= open();
  // What could not be opened is tried again for the next job.
  sources.catch(() => (sources = undefined));
  return await runSearchJob(await sources, job);
}
