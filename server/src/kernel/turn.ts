import { Problem } from './problem.js';

/**
 * Makes a job that waits for its turn in a queue give up when that comes too late: its client is told to come again
 * rather than kept waiting.
 *
 * @param queueMs how long it may wait, from now on
 * @param subject what the server is busy with, as in "busy with other searches"
 * @returns the job; it rejects with the Problem `unavailable` when it is started too late
 */
export function inTurn<T>(queueMs: number, subject: string, job: () => Promise<T>): () => Promise<T> {
  const queuedAt = performance.now();
  return async () => {
    if (performance.now() - queuedAt <= queueMs) return await job();
    throw busyWith(subject);
  };
}

/** The refusal of work for which there is no room now. */
export function busyWith(subject: string): Problem {
  return new Problem('unavailable', `The server is busy with ${subject}. Try again.`, {
    headers: { 'Retry-After': '1' },
  });
}
