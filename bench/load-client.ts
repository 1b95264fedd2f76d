import { answerJobs } from './job-channel.js';
import { KeepAliveConnection } from './keep-alive-connection.js';
import type { LoadJob, LoadResult, StoredContent } from './load-jobs.js';
import { requestsOf } from './load-requests.js';
import type { Checked, Requests } from './requests/load-request.js';

/*
 * The load client, a process of its own: runs one job after the other and reports what it measured. A wrong answer
 * (status, length, or on a sample the very bytes) fails the whole job.
 */

async function run(job: LoadJob): Promise<LoadResult> {
  const requests = requestsOf(job);
  const connections = await Promise.all(
    Array.from({ length: job.connections }, () => KeepAliveConnection.open(job.port)),
  );
  const latencies: number[] = [];
  const checks: Checked[] = [];
  let started = 0;
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const more = (): boolean =>
    'requests' in job.until ? started < job.until.requests : performance.now() - begin < job.until.milliseconds;

  async function drive(connection: KeepAliveConnection, requestOf: Requests): Promise<void> {
    // The first request of a job always runs, however short the time: a slice without a measurement is of no use.
    while (started === 0 || more()) {
      let request = requestOf(started++);
      const sent = performance.now();
      if ('follow' in request) request = request.follow(await connection.send(request.pieces));
      const answer = await connection.send(request.pieces, request.sink);
      latencies.push(performance.now() - sent);
      checks.push(request.check(answer));
    }
  }

  try {
    await Promise.all(connections.map((connection) => drive(connection, requests)));
    const seconds = (performance.now() - begin) / 1000;
    const cpu = process.cpuUsage(cpuBefore);
    return {
      requests: latencies.length,
      seconds,
      clientCpuSeconds: (cpu.user + cpu.system) / 1e6,
      latenciesMs: Float64Array.from(latencies),
      ...(await outcomeOf(checks)),
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Does what was left to check when the clock was running. */
async function outcomeOf(checks: readonly Checked[]): Promise<Pick<LoadResult, 'verified' | 'stored'>> {
  const stored: StoredContent[] = [];
  let verified = 0;
  for (let outcome of checks) {
    while (typeof outcome === 'function') outcome = await outcome();
    if (outcome.verified) verified += 1;
    stored.push(...(outcome.stored ?? []));
  }
  return { verified, stored };
}

answerJobs(run);
