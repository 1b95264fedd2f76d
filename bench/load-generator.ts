import { join } from 'node:path';

import { startJobRunner, type JobRunner } from './job-channel.js';
import type { LoadJob, LoadResult } from './load-jobs.js';
import type { SdkJob } from './sdk-jobs.js';

/** The load client in its process: fails with the first wrong answer or broken connection of a job. */
export type LoadGenerator = JobRunner<LoadJob, LoadResult>;

/** The SDK in a process of its own. */
export type SdkClient = JobRunner<SdkJob, LoadResult>;

/**
 * Starts the load client.
 */
export function startLoadGenerator(): LoadGenerator {
  const script = join(import.meta.dirname, 'load-client.js');
  return startJobRunner(script, ({ kind, connections }: LoadJob) => `${kind} with ${connections} connections`);
}

/**
 * Starts a process that works with the SDK as a program does.
 */
export function startSdkClient(): SdkClient {
  return startJobRunner(join(import.meta.dirname, 'sdk-client.js'), ({ kind }: SdkJob) => `${kind} with the SDK`);
}
