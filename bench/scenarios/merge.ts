import type { ChildServer } from '../child-server.js';
import type { Row, Table } from '../figures.js';
import type { TwoVersions } from '../load-jobs.js';
import { alternate, type Slice } from '../slices.js';
import type { Workbench } from '../workbench.js';
import { pushDocuments, runStoring, type DocumentsPlan } from './documents.js';
import { latencyRow, MIB, sliceOf, smallLoads, type TransferLoad } from './transfer-rows.js';

const SIDES = ['merge', 'version'] as const;

/**
 * Merges of text beside version pushes of the same text, on the same server.
 */
export async function measureMerges(bench: Workbench): Promise<Table> {
  const server = await bench.startOurs(bench.folder('merge'));
  const rows: Row[] = [];
  for (const load of smallLoads('merge', 'merge', [1])) {
    if (!bench.isWanted(load.id)) continue;
    const comparison = await alternate(
      bench.effort.pairs,
      mergesOf(bench, server, load),
      versionsOf(bench, server, load),
    );
    rows.push(latencyRow(load, comparison, SIDES));
  }
  await server.stop();
  return {
    title: 'Merge',
    note:
      'Requests per second as a ratio to version pushes of the same size that need no merge, on the same server (median ' +
      'of neighbouring slices); milliseconds from request to answer. The text is of paragraphs of one line (4 KB: 128 ' +
      'lines; 1 MB: 32,768), one of which each side has changed. Each answer is 201; one in 64 is checked by digest, by ' +
      'its outcome and both parents, and pulled back.',
    rows,
  };
}

/** Each slice has documents of its own, so that none gets a long history. */
function mergesOf(bench: Workbench, server: ChildServer, load: TransferLoad): (pair: number) => Promise<Slice> {
  return async (pair) =>
    runStoring(bench, server, {
      kind: 'merge',
      ...sliceOf(load, server, bench.effort.sliceMs),
      documents: await pushTwoVersions(bench, server, documentsFor(load, `${load.id}-v1-${pair}`)),
      run: `${load.id}-${pair}`,
    });
}

function versionsOf(bench: Workbench, server: ChildServer, load: TransferLoad): (pair: number) => Promise<Slice> {
  return async (pair) => {
    const plan = documentsFor(load, `${load.id}-alone-${pair}`);
    return await runStoring(bench, server, {
      kind: 'version',
      ...sliceOf(load, server, bench.effort.sliceMs),
      ...plan,
      documents: await pushDocuments(bench, server, { ...plan, run: `${plan.run}-v1` }),
    });
  };
}

function documentsFor({ sizeBytes }: TransferLoad, run: string): DocumentsPlan {
  return { count: sizeBytes === MIB ? 8 : 64, sizeBytes, content: 'paragraphs', run };
}

async function pushTwoVersions(
  bench: Workbench,
  server: ChildServer,
  plan: DocumentsPlan,
): Promise<readonly TwoVersions[]> {
  const first = await pushDocuments(bench, server, plan);
  const { stored } = await bench.generator.run({
    kind: 'version',
    port: server.port,
    connections: 1,
    until: { requests: first.length },
    verifyEvery: 1,
    ...plan,
    documents: first,
    run: plan.run.replace('v1', 'v2'),
  });
  const second = new Map(stored.map((version) => [version.documentId, version]));
  return first.map((base) => {
    const current = second.get(base.documentId);
    if (current === undefined) throw new Error(`${base.documentId} got no second version`);
    return { base, current };
  });
}
