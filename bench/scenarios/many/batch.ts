import type { ChildServer } from '../../child-server.js';
import type { Row, Table } from '../../figures.js';
import { alternate, perDocument, type Slice } from '../../slices.js';
import type { Workbench } from '../../workbench.js';
import { runStoring } from '../documents.js';
import { pushTo } from '../push.js';
import { connectionsText, documentRow, KIB_4, sliceOf, type TransferLoad } from '../transfer-rows.js';

const SIDES = ['batch', 'single'] as const;

/** How many files a batch has, and against how many connections that push one by one. */
const BATCHES = [
  { files: 1000, connections: 1 },
  { files: 1000, connections: 16 },
  { files: 100, connections: 1 },
] as const;

/**
 * Pushes of many files in one request, beside pushes of one file in each.
 */
export async function measureBatches(bench: Workbench): Promise<Table> {
  const server = await bench.startOurs(bench.folder('batch'));
  const rows: Row[] = [];
  for (const { files, connections } of BATCHES) {
    const load: TransferLoad = {
      id: `many-batch-${files}-4kb-c${connections}`,
      label: `batch of ${files} × 4 KB, against ${connectionsText(connections)}`,
      sizeBytes: KIB_4,
      connections,
    };
    if (!bench.isWanted(load.id)) continue;
    const single = pushTo(bench, server, { ...load, id: `single-${files}-c${connections}` });
    const comparison = await alternate(bench.effort.pairs, batchesOf(bench, server, load, files), single);
    rows.push(documentRow(load, comparison, SIDES));
  }
  await server.stop();
  return {
    title: 'Many: batches',
    note:
      'Documents per second, pushed many in a request over one connection, as a ratio to pushes of one in a request over ' +
      'so many connections, on the same server (median of neighbouring slices). Each content is new; each result is 201; ' +
      'one document in 64 is checked by digest and pulled back.',
    rows,
  };
}

function batchesOf(
  bench: Workbench,
  server: ChildServer,
  load: TransferLoad,
  files: number,
): (pair: number) => Promise<Slice> {
  return async (pair) => {
    const slice = await runStoring(bench, server, {
      kind: 'batch',
      ...sliceOf(load, server, bench.effort.sliceMs),
      connections: 1,
      sizeBytes: load.sizeBytes,
      content: 'random',
      files,
      run: `b${files}-c${load.connections}-${pair}`,
    });
    return perDocument(slice, files);
  };
}
