import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { firstAnswer } from '../child-server.js';
import type { Row, Table } from '../figures.js';
import { median } from '../statistics.js';
import { START_TARGET } from '../targets.js';
import type { Workbench } from '../workbench.js';

const POLL_MS = 2;
const PATHS = [
  { path: '/health', id: 'startup-health' },
  { path: '/documents', id: 'startup-documents' },
] as const;

/**
 * From the start of the process to its first answer, on a store that is there already.
 */
export async function measureStartup(bench: Workbench): Promise<Table> {
  const folder = await bench.store(10_000);
  const times = PATHS.map(() => [] as number[]);
  const emptyTimes: number[] = [];
  // In turn, so that whatever else the machine does falls on all of them.
  for (let start = 0; start <= bench.effort.starts; start += 1) {
    const measured = [];
    for (const { path } of PATHS) measured.push(await startOnce(bench, folder, path));
    const empty = await runEmptyNode();
    if (start === 0) continue;
    measured.forEach((milliseconds, index) => times[index]?.push(milliseconds));
    emptyTimes.push(empty);
  }
  const rows = PATHS.map(({ path, id }, index): Row => ({
    id,
    label: `first answer of GET ${path}`,
    figures: [
      { name: 'median', value: median(times[index] ?? []), unit: 'ms', target: START_TARGET },
      { name: 'fastest', value: Math.min(...(times[index] ?? [])), unit: 'ms' },
      { name: 'slowest', value: Math.max(...(times[index] ?? [])), unit: 'ms' },
      { name: 'of `node -e 0`', value: median(times[index] ?? []) / median(emptyTimes), unit: '×' },
    ],
  }));
  return {
    title: 'Start-up',
    note: `From spawn to the first 200, a store of 10,000 documents, ${bench.effort.starts} starts of each in turn.`,
    rows,
  };
}

async function startOnce(bench: Workbench, folder: string, path: string): Promise<number> {
  const begin = performance.now();
  const server = await bench.spawnOurs(folder);
  await firstAnswer(server, path, POLL_MS);
  const milliseconds = performance.now() - begin;
  await server.stop();
  return milliseconds;
}

async function runEmptyNode(): Promise<number> {
  const begin = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - begin;
}
