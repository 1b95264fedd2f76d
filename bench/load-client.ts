import { KeepAliveConnection } from './keep-alive-connection.js';
import type { LoadJob, LoadReply, LoadResult, StoredContent } from './load-jobs.js';
import { requestsOf } from './load-requests.js';
import type { Requests } from './requests/load-request.js';

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
  const stored: StoredContent[] = [];
  let verified = 0;
  let started = 0;
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const more = (): boolean =>
    'requests' in job.until ? started < job.until.requests : performance.now() - begin < job.until.milliseconds;

  async function drive(connection: KeepAliveConnection, requestOf: Requests): Promise<void> {
    // The first request of a job always runs, however short the time: a slice without a measurement is of no use.
    while (started === 0 || more()) {
      const request = requestOf(started++);
      const sent = performance.now();
      const answer = await connection.send(request.pieces, request.sink);
      latencies.push(performance.now() - sent);
      const outcome = request.check(answer);
      if (outcome.verified) verified += 1;
      if (outcome.stored !== undefined) stored.push(outcome.stored);
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
      verified,
      stored,
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

function reply(message: LoadReply): void {
  process.send?.(message);
}
