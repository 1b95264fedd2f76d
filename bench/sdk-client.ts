import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DocumentClient } from '@document-sync/sdk';
import { openContentCache } from '@document-sync/sdk/cache';

import { answerJobs } from './job-channel.js';
import type { LoadResult } from './load-jobs.js';
import type { SdkJob } from './sdk-jobs.js';

/*
 * A program that pulls with the SDK, in a process of its own. Whatever it wrote is compared by digest when the clock has
 * stopped, and where each content came from as soon as it is told.
 */

async function run({ kind, port, documents, cacheFolder, targetFolder }: SdkJob): Promise<LoadResult> {
  const baseUrl = `http://127.0.0.1:${port}`;
  const client = new DocumentClient({ baseUrl, cache: await openContentCache(cacheFolder) });
  const latencies: number[] = [];
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  for (const [index, { documentId }] of documents.entries()) {
    const started = performance.now();
    const { fromCache } = await client.downloadToFile(documentId, { path: fileOf(targetFolder, index) });
    latencies.push(performance.now() - started);
    if (fromCache !== (kind === 'second pull'))
      throw new Error(`${documentId} came ${fromCache ? 'from the cache' : 'over the wire'}`);
  }
  const seconds = (performance.now() - begin) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  for (const [index, { documentId, sha256 }] of documents.entries()) {
    const content = await readFile(fileOf(targetFolder, index));
    if (createHash('sha256').update(content).digest('hex') !== sha256)
      throw new Error(`${documentId} was written with bytes that were not pushed`);
  }
  return {
    requests: latencies.length,
    seconds,
    clientCpuSeconds: (cpu.user + cpu.system) / 1e6,
    latenciesMs: Float64Array.from(latencies),
    verified: latencies.length,
    stored: [],
  };
}

function fileOf(folder: string, index: number): string {
  return join(folder, `${index}.bin`);
}

answerJobs(run);
