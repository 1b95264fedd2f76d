import type { ChildServer } from '../child-server.js';
import type { Row, Table } from '../figures.js';
import { alternate, type Slice } from '../slices.js';
import type { Workbench } from '../workbench.js';
import { pushDocuments, runStoring } from './documents.js';
import { pushTo } from './push.js';
import { comparisonRow, KIB_4, MIB, sliceOf, smallLoads, type TransferLoad } from './transfer-rows.js';

const SIDES = ['version', 'first push'] as const;

const ONE_DOCUMENT: TransferLoad = {
  id: 'version-one-4kb-c16',
  label: 'version 4 KB, 16 connections, all of one document',
  sizeBytes: KIB_4,
  connections: 16,
};
const EDIT: TransferLoad = {
  id: 'version-edit-4kb-c1',
  label: 'edit of 4 KB, 1 connection',
  sizeBytes: KIB_4,
  connections: 1,
};

/**
 * Version pushes and edits beside first pushes of the same size, on the same server.
 */
export async function measureVersions(bench: Workbench): Promise<Table> {
  const server = await bench.startOurs(bench.folder('version'));
  const rows: Row[] = [];
  for (const load of [...smallLoads('version', 'version', [1, 16]), ONE_DOCUMENT, EDIT]) {
    if (!bench.isWanted(load.id)) continue;
    const change = load === EDIT ? editsOf(bench, server) : await versionsOf(bench, server, load);
    const first = pushTo(bench, server, { ...load, id: load.id.replace('version', 'first') });
    rows.push(comparisonRow(load, await alternate(bench.effort.pairs, change, first), SIDES));
  }
  await server.stop();
  return {
    title: 'Versions',
    note:
      'Requests per second as a ratio to first pushes of the same size on the same server (median of neighbouring ' +
      'slices). Each content is new, each request says `If-Match: *`, each answer 201; one in 64 is checked by digest ' +
      'and pulled back. An edit appends 64 bytes.',
    rows,
  };
}

async function versionsOf(
  bench: Workbench,
  server: ChildServer,
  load: TransferLoad,
): Promise<(pair: number) => Promise<Slice>> {
  const content = { sizeBytes: load.sizeBytes, content: 'random' } as const;
  const count = load === ONE_DOCUMENT ? 1 : documentsFor(load);
  const documents = await pushDocuments(bench, server, { ...content, count, run: `${load.id}-v1` });
  return (pair) =>
    runStoring(bench, server, {
      kind: 'version',
      ...sliceOf(load, server, bench.effort.sliceMs),
      ...content,
      documents,
      run: `${load.id}-${pair}`,
    });
}

/** Each slice has documents of its own, so that they stay as small as they are said to be. */
function editsOf(bench: Workbench, server: ChildServer): (pair: number) => Promise<Slice> {
  return async (pair) => {
    const documents = await pushDocuments(bench, server, {
      count: documentsFor(EDIT),
      sizeBytes: EDIT.sizeBytes,
      content: 'paragraphs',
      run: `${EDIT.id}-v1-${pair}`,
    });
    return await runStoring(bench, server, {
      kind: 'edit',
      ...sliceOf(EDIT, server, bench.effort.sliceMs),
      documents,
      run: `${EDIT.id}-${pair}`,
    });
  };
}

/** So many that connections do not meet in one, and that none gets a long history. */
function documentsFor({ sizeBytes }: TransferLoad): number {
  return sizeBytes === MIB ? 64 : 256;
}
