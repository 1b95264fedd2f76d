import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process that does jobs, as the process that started it sees it. */
export interface JobRunner<Job, Result> {
  /**
   * Runs one job; one at a time.
   * @throws Error with what went wrong in it first
   */
  run(job: Job): Promise<Result>;
  stop(): void;
}

type Reply<Result> = { readonly result: Result } | { readonly error: string };

/**
 * Starts a process that does jobs.
 * @param script calls `answerJobs` for the same jobs
 * @param describe names a job in an error
 */
export function startJobRunner<Job extends object, Result>(
  script: string,
  describe: (job: Job) => string,
): JobRunner<Job, Result> {
  // "advanced" is structured cloning: latencies travel as one typed array, not as JSON numbers.
  const child = fork(script, { serialization: 'advanced', execArgv: [] });
  const ended = once(child, 'exit').then(() => ({ error: 'the load client ended' }));
  return {
    async run(job) {
      child.send(job);
      const reply = await Promise.race([once(child, 'message').then(([message]) => message as Reply<Result>), ended]);
      if ('error' in reply) throw new Error(`${describe(job)}: ${reply.error}`);
      return reply.result;
    },
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}

/** The other end, in the process that does the jobs: answers each until the process that asks is gone. */
export function answerJobs<Job, Result>(run: (job: Job) => Promise<Result>): void {
  const reply = (message: Reply<Result>): void => {
    process.send?.(message);
  };
  process.on('message', (job: Job) => {
    run(job).then(
      (result) => reply({ result }),
      (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}
