import type { ChildServer } from '../child-server.js';
import type { ContentKind } from '../contents.js';
import type { Table } from '../figures.js';
import { alternate, type Slice } from '../slices.js';
import type { Workbench } from '../workbench.js';
import { runStoring } from './documents.js';
import { comparisonRow, sliceOf, transferLoads, type TransferLoad } from './transfer-rows.js';

/**
 * Pushes of unique content to this server and to the bare one.
 */
export async function measurePushes(bench: Workbench): Promise<Table> {
  const ours = await bench.startOurs(bench.folder('push-ours'));
  const bare = await bench.startBare(bench.folder('push-bare'));
  const rows = [];
  for (const load of transferLoads('push', [1, 16])) {
    if (!bench.isWanted(load.id)) continue;
    const comparison = await alternate(bench.effort.pairs, pushTo(bench, ours, load), pushTo(bench, bare, load));
    rows.push(comparisonRow(load, comparison));
  }
  await ours.stop();
  await bare.stop();
  return {
    title: 'Push',
    note:
      'Requests per second as a ratio to the bare server (median of neighbouring slices). Each content is new; each ' +
      'answer 201; one in 64 is checked by digest and pulled back.',
    rows,
  };
}

/**
 * Slices of pushes to a server.
 * @param load its id is the run's name
 */
export function pushTo(
  bench: Workbench,
  server: ChildServer,
  load: TransferLoad,
  content: ContentKind = 'random',
): (pair: number) => Promise<Slice> {
  return (pair) =>
    runStoring(bench, server, {
      kind: 'push',
      ...sliceOf(load, server, bench.effort.sliceMs),
      sizeBytes: load.sizeBytes,
      content,
      run: `${load.id}-${pair}`,
    });
}
