import { writtenBytes, type ChildServer } from '../../child-server.js';
import type { Figure, Row, Table } from '../../figures.js';
import { startSdkClient, type SdkClient } from '../../load-generator.js';
import type { SdkJob } from '../../sdk-jobs.js';
import { alternate, runSlice, type Slice } from '../../slices.js';
import type { Workbench } from '../../workbench.js';
import { pushDocuments } from '../documents.js';
import { KIB_4, latencyRow, MIB, type TransferLoad } from '../transfer-rows.js';

const SIDES = ['second', 'first'] as const;

/** How many documents a slice pulls of each size. */
const LOADS = [
  { load: { id: 'many-cached-10mb', label: 'pull 10 MB again', sizeBytes: 10 * MIB, connections: 1 }, count: 8 },
  { load: { id: 'many-cached-4kb', label: 'pull 4 KB again', sizeBytes: KIB_4, connections: 1 }, count: 200 },
] as const satisfies readonly { readonly load: TransferLoad; readonly count: number }[];

/**
 * Pulls with the SDK of what its cache holds, beside the pulls that filled it.
 */
export async function measureCachedPulls(bench: Workbench): Promise<Table> {
  const server = await bench.startOurs(bench.folder('cached'));
  const sdk = startSdkClient();
  const rows: Row[] = [];
  try {
    for (const { load, count } of LOADS) {
      if (bench.isWanted(load.id)) rows.push(await pullTwice(bench, sdk, server, load, count));
    }
  } finally {
    sdk.stop();
  }
  await server.stop();
  return {
    title: 'Many: the client’s cache',
    note:
      'Pulls per second to files, through the SDK in a process of its own, of what its cache holds, as a ratio to pulls ' +
      'with an empty cache, which they fill (median of neighbouring slices, of 8 × 10 MB and 200 × 4 KB, one after the ' +
      'other); milliseconds of a pull, and what the server writes for one, to the connection and to its log. Each pull ' +
      'is checked by where its content came from, each file by digest.',
    rows,
  };
}

async function pullTwice(
  bench: Workbench,
  sdk: SdkClient,
  server: ChildServer,
  load: TransferLoad,
  count: number,
): Promise<Row> {
  const { id, sizeBytes } = load;
  const documents = await pushDocuments(bench, server, { count, sizeBytes, content: 'random', run: id });
  let cacheFolder = '';
  const written: Record<SdkJob['kind'], number> = { 'first pull': 0, 'second pull': 0 };
  const pull = async (kind: SdkJob['kind']): Promise<Slice> => {
    const targetFolder = bench.folder('pulled');
    const before = writtenBytes(server.pid);
    const slice = await runSlice(sdk, server, { kind, port: server.port, documents, cacheFolder, targetFolder });
    written[kind] = (writtenBytes(server.pid) - before) / count;
    return slice;
  };
  const firstPulls = (): Promise<Slice> => {
    cacheFolder = bench.folder('cache');
    return pull('first pull');
  };

  // Each second pull finds the cache that the first pulls of the pair before have filled.
  await firstPulls();
  const comparison = await alternate(bench.effort.pairs, () => pull('second pull'), firstPulls);
  const row = latencyRow(load, comparison, SIDES);
  const sent = [written['second pull'], written['first pull']].map((bytes, side): Figure => ({
    name: `written by the server, ${SIDES[side]}`,
    value: bytes / 1024,
    unit: 'KiB',
  }));
  return { ...row, figures: [...row.figures, ...sent] };
}
