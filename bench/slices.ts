import { cpuSeconds, monotonicMicroseconds, type ChildServer } from './child-server.js';
import type { JobRunner } from './job-channel.js';
import type { LoadResult } from './load-jobs.js';
import { median, percentile, sum } from './statistics.js';

/** One server under one load for a short while. */
export interface Slice {
  readonly result: LoadResult;
  readonly requestsPerSecond: number;
  readonly serverCpuSeconds: number;
}

/** What many slices of one server say. */
export interface Load {
  readonly requestsPerSecond: number;
  /** Milliseconds from a request to the last byte of its answer: the median. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly serverCpuMsPerRequest: number;
  /** Of one core: 1 is a core kept busy. */
  readonly serverCpuShare: number;
  readonly clientCpuShare: number;
  readonly requests: number;
  readonly verified: number;
}

/** Two servers under the same load. */
export interface Comparison {
  /** The median of the ratios of neighbouring slices, of requests per second; over 1 the first is faster. */
  readonly ratio: number;
  /** The ratio of each pair, in order: how far they lie apart tells how much to trust the median. */
  readonly ratios: readonly number[];
  readonly first: Load;
  readonly second: Load;
}

/**
 * Runs one job on one server.
 * @param client does the job
 */
export async function runSlice<Job>(client: JobRunner<Job, LoadResult>, server: ChildServer, job: Job): Promise<Slice> {
  const cpuBefore = cpuSeconds(server.pid);
  const begin = monotonicMicroseconds();
  const result = await client.run(job);
  server.loads.push({ begin, end: monotonicMicroseconds() });
  return {
    result,
    requestsPerSecond: result.requests / result.seconds,
    serverCpuSeconds: cpuSeconds(server.pid) - cpuBefore,
  };
}

/**
 * A slice of requests for many documents each, counted as if each document had had its own. Times from request to answer
 * stay those of the requests.
 */
export function perDocument(slice: Slice, documents: number): Slice {
  return {
    ...slice,
    result: { ...slice.result, requests: slice.result.requests * documents },
    requestsPerSecond: slice.requestsPerSecond * documents,
  };
}

/**
 * Runs slices in turn, A B A B …, and compares each with its neighbour: whatever else the machine does in the meantime
 * then falls on both. The first pair warms up and is not counted.
 * @param pairs how many to count
 * @param first runs one slice; gets the number of the pair, 0 being the warm-up
 * @param second likewise
 */
export async function alternate(
  pairs: number,
  first: (pair: number) => Promise<Slice>,
  second: (pair: number) => Promise<Slice>,
): Promise<Comparison> {
  await first(0);
  await second(0);
  const firsts: Slice[] = [];
  const seconds: Slice[] = [];
  const ratios: number[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const one = await first(pair);
    const other = await second(pair);
    firsts.push(one);
    seconds.push(other);
    ratios.push(one.requestsPerSecond / other.requestsPerSecond);
  }
  return { ratio: median(ratios), ratios, first: loadOf(firsts), second: loadOf(seconds) };
}

/**
 * Sums slices up: the rate is the median of theirs, the p50 and p99 are of all requests together, the rest are means over
 * all of their requests or time.
 */
export function loadOf(slices: readonly Slice[]): Load {
  const total = (value: (slice: Slice) => number): number => sum(slices.map(value));
  const requests = total((slice) => slice.result.requests);
  const seconds = total((slice) => slice.result.seconds);
  const serverCpu = total((slice) => slice.serverCpuSeconds);
  const latencies = slices.flatMap((slice) => [...slice.result.latenciesMs]);
  return {
    requestsPerSecond: median(slices.map((slice) => slice.requestsPerSecond)),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    serverCpuMsPerRequest: (serverCpu / requests) * 1000,
    serverCpuShare: serverCpu / seconds,
    clientCpuShare: total((slice) => slice.result.clientCpuSeconds) / seconds,
    requests,
    verified: total((slice) => slice.result.verified),
  };
}
