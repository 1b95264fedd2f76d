import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { LoadJob, LoadReply, LoadResult } from './load-jobs.js';

/** The load client in its process. */
export interface LoadGenerator {
  /**
   * Runs one job; one at a time.
   * @throws Error with the first wrong answer or broken connection of the job
   */
  run(job: LoadJob): Promise<LoadResult>;
  stop(): void;
}

/**
 * Starts the load client.
 */
export function startLoadGenerator(): LoadGenerator {
  // "advanced" is structured cloning: latencies travel as one typed array, not as JSON numbers.
  const child = fork(join(import.meta.dirname, 'load-client.js'), { serialization: 'advanced', execArgv: [] });
  const ended = once(child, 'exit').then(() => ({ error: 'the load client ended' }));
  return {
    async run(job) {
      child.send(job);
      const reply = await Promise.race([once(child, 'message').then(([message]) => message as LoadReply), ended]);
      if ('error' in reply) throw new Error(`${job.kind} with ${job.connections} connections: ${reply.error}`);
      return reply.result;
    },
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}
