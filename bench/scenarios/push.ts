import type { ChildServer } from '../child-server.js';
import type { Table } from '../figures.js';
import type { StoredContent } from '../load-jobs.js';
import { alternate, runSlice, type Slice } from '../slices.js';
import type { Workbench } from '../workbench.js';
import { comparisonRow, sliceEnd, transferLoads, type TransferLoad } from './transfer-rows.js';

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

function pushTo(bench: Workbench, server: ChildServer, load: TransferLoad): (pair: number) => Promise<Slice> {
  return async (pair) => {
    const slice = await runSlice(bench.generator, server, {
      kind: 'push',
      port: server.port,
      connections: load.connections,
      until: sliceEnd(load, bench.effort.sliceMs),
      sizeBytes: load.sizeBytes,
      run: `${load.id}-${pair}`,
      verifyEvery: 64,
    });
    await pullBack(bench, server, slice.result.stored);
    return slice;
  };
}

/** Fails when a document that was answered with 201 does not come back byte for byte. */
async function pullBack(bench: Workbench, server: ChildServer, documents: readonly StoredContent[]): Promise<void> {
  await bench.generator.run({
    kind: 'pull',
    port: server.port,
    connections: 1,
    until: { requests: documents.length },
    documents,
    verifyEvery: 1,
  });
}
