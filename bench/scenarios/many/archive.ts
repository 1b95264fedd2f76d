import type { Row, Table } from '../../figures.js';
import { alternate, perDocument, runSlice, type Slice } from '../../slices.js';
import type { Workbench } from '../../workbench.js';
import { pushDocuments } from '../documents.js';
import { connectionsText, documentRow, KIB_4, sliceOf, type TransferLoad } from '../transfer-rows.js';

const SIDES = ['archive', 'single'] as const;
const DOCUMENTS = 1000;
/** Every document of the load has it. */
const SELECTION = 'tags=design';

const ARCHIVES = (['tar', 'zip'] as const).flatMap((format) =>
  ([1, 16] as const).map((connections) => ({ format, connections })),
);

/**
 * Pulls of many documents as one archive, beside pulls of one after the other.
 */
export async function measureArchives(bench: Workbench): Promise<Table> {
  const server = await bench.startOurs(bench.folder('archive'));
  const plan = { count: DOCUMENTS, sizeBytes: KIB_4, content: 'random', run: 'archive' } as const;
  const documents = await pushDocuments(bench, server, plan);
  const rows: Row[] = [];
  for (const { format, connections } of ARCHIVES) {
    const load: TransferLoad = {
      id: `many-archive-${format}-4kb-c${connections}`,
      label: `${format} of ${DOCUMENTS} × 4 KB, against ${connectionsText(connections)}`,
      sizeBytes: KIB_4,
      connections,
    };
    if (!bench.isWanted(load.id)) continue;
    const slice = sliceOf(load, server, bench.effort.sliceMs);
    const archives = async (): Promise<Slice> => {
      const job = { kind: 'archive', ...slice, connections: 1, format, selection: SELECTION, documents } as const;
      return perDocument(await runSlice(bench.generator, server, job), DOCUMENTS);
    };
    const pulls = () => runSlice(bench.generator, server, { kind: 'pull', ...slice, documents });
    rows.push(documentRow(load, await alternate(bench.effort.pairs, archives, pulls), SIDES));
  }
  await server.stop();
  return {
    title: 'Many: archives',
    note:
      `Documents per second, pulled ${DOCUMENTS} in an archive over one connection, as a ratio to pulls of one document ` +
      'each over so many connections, from the page cache (median of neighbouring slices). The archive is of a tag. Each ' +
      'is read to its end; one in 64, and the first of each slice, is taken apart and compared by digest, the others by ' +
      'their length.',
    rows,
  };
}
