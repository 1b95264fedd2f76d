import type { Row, Table } from '../../figures.js';
import { alternate } from '../../slices.js';
import type { Workbench } from '../../workbench.js';
import { runStoring } from '../documents.js';
import { pushTo } from '../push.js';
import { comparisonRow, LARGE_BYTES, sliceOf, type TransferLoad } from '../transfer-rows.js';

const SIDES = ['tus', 'push'] as const;

const LOAD: TransferLoad = {
  id: 'many-resumable-256mb',
  label: 'resumable push 256 MB',
  sizeBytes: LARGE_BYTES,
  connections: 1,
};

/**
 * Uploads that could go on after a cut, beside pushes that could not.
 */
export async function measureResumable(bench: Workbench): Promise<Table> {
  const server = await bench.startOurs(bench.folder('resumable'));
  const rows: Row[] = [];
  if (bench.isWanted(LOAD.id)) {
    const uploads = (pair: number) =>
      runStoring(bench, server, {
        kind: 'upload',
        ...sliceOf(LOAD, server, bench.effort.sliceMs),
        sizeBytes: LOAD.sizeBytes,
        content: 'random',
        run: `resumable-${pair}`,
      });
    const pushes = pushTo(bench, server, { ...LOAD, id: 'plain-256mb' });
    rows.push(comparisonRow(LOAD, await alternate(bench.effort.pairs, uploads, pushes), SIDES));
  }
  await server.stop();
  return {
    title: 'Many: resumable uploads',
    note:
      'Uploads over tus per second, begun and sent in one piece, as a ratio to pushes of the same size in a form, one ' +
      'connection (median of neighbouring slices). Each content is new, and is checked by digest and pulled back.',
    rows,
  };
}
