import { peakMemoryMib, type ChildServer } from '../child-server.js';
import type { Figure, Row, Table } from '../figures.js';
import type { StoredContent } from '../load-jobs.js';
import { MEMORY_GROWTH_TARGET, PEAK_MEMORY_TARGET } from '../targets.js';
import type { Workbench } from '../workbench.js';
import { LARGE_BYTES, MIB } from './transfer-rows.js';

/** How a server is started on a folder. */
type Start = (folder: string) => Promise<ChildServer>;

interface Peaks {
  readonly start: number;
  readonly push: number;
  readonly pull: number;
}

/**
 * The largest resident set of a server in one push and in one pull, each in a fresh process.
 */
export async function measureMemory(bench: Workbench): Promise<Table> {
  const ours256 = await peaks(bench, bench.startOurs, LARGE_BYTES);
  const ours1024 = await peaks(bench, bench.startOurs, 1024 * MIB);
  const bare1024 = await peaks(bench, bench.startBare, 1024 * MIB);
  const row = (direction: 'push' | 'pull'): Row => ({
    id: `memory-${direction}`,
    label: direction,
    figures: [
      { name: '1 GB', value: ours1024[direction], unit: 'MiB', target: PEAK_MEMORY_TARGET },
      { name: '256 MB', value: ours256[direction], unit: 'MiB', target: PEAK_MEMORY_TARGET },
      {
        name: '1 GB/256 MB',
        value: ours1024[direction] / ours256[direction],
        unit: '×',
        target: MEMORY_GROWTH_TARGET,
      } satisfies Figure,
      { name: 'before the transfer', value: ours1024.start, unit: 'MiB' },
      { name: 'bare, 1 GB', value: bare1024[direction], unit: 'MiB' },
    ],
  });
  return {
    title: 'Memory',
    note: `Peak resident set (VmHWM) of the server's process, the largest of ${bench.effort.transfers} runs.`,
    rows: [row('push'), row('pull')],
  };
}

async function peaks(bench: Workbench, start: Start, sizeBytes: number): Promise<Peaks> {
  const runs: Peaks[] = [];
  for (let run = 1; run <= bench.effort.transfers; run += 1)
    runs.push(await transferOnce(bench, start, sizeBytes, run));
  const largest = (value: (peak: Peaks) => number): number => Math.max(...runs.map(value));
  return { start: largest((run) => run.start), push: largest((run) => run.push), pull: largest((run) => run.pull) };
}

async function transferOnce(bench: Workbench, start: Start, sizeBytes: number, run: number): Promise<Peaks> {
  const folder = bench.folder('memory');
  const common = { connections: 1, until: { requests: 1 }, verifyEvery: 1 } as const;

  const receiver = await start(folder);
  const atStart = peakMemoryMib(receiver.pid);
  const { stored } = await bench.generator.run({
    ...common,
    kind: 'push',
    port: receiver.port,
    content: 'random',
    sizeBytes,
    run: `memory-${run}`,
  });
  const push = peakMemoryMib(receiver.pid);
  await receiver.stop();

  const sender = await start(folder);
  await bench.generator.run({ ...common, kind: 'pull', port: sender.port, documents: only(stored) });
  const pull = peakMemoryMib(sender.pid);
  await sender.stop();
  return { start: atStart, push, pull };
}

function only(stored: readonly StoredContent[]): readonly StoredContent[] {
  if (stored.length !== 1) throw new Error(`one push stored ${stored.length} documents`);
  return stored;
}
