import type { ChildServer } from '../child-server.js';
import type { Table } from '../figures.js';
import type { StoredContent } from '../load-jobs.js';
import { alternate, runSlice, type Slice } from '../slices.js';
import type { Workbench } from '../workbench.js';
import { pushDocuments, type DocumentsPlan } from './documents.js';
import { comparisonRow, LARGE_BYTES, MIB, sliceOf, transferLoads, type TransferLoad } from './transfer-rows.js';

/**
 * Pulls of documents that lie in the page cache, from this server and from the bare one.
 */
export async function measurePulls(bench: Workbench): Promise<Table> {
  const ours = await bench.startOurs(bench.folder('pull-ours'));
  const bare = await bench.startBare(bench.folder('pull-bare'));
  const rows = [];
  const stored = new Map<number, { ours: readonly StoredContent[]; bare: readonly StoredContent[] }>();
  for (const load of transferLoads('pull', [1, 16, 64])) {
    if (!bench.isWanted(load.id)) continue;
    const documents = stored.get(load.sizeBytes) ?? {
      ours: await pushDocuments(bench, ours, documentsOf(load)),
      bare: await pushDocuments(bench, bare, documentsOf(load)),
    };
    stored.set(load.sizeBytes, documents);
    const comparison = await alternate(
      bench.effort.pairs,
      pullFrom(bench, ours, load, documents.ours),
      pullFrom(bench, bare, load, documents.bare),
    );
    rows.push(comparisonRow(load, comparison));
  }
  await ours.stop();
  await bare.stop();
  return {
    title: 'Pull',
    note:
      'Requests per second as a ratio to the bare server (median of neighbouring slices), from the page cache. Each ' +
      'answer 200 and of the right length; one in 64 is checked by digest, of 256 MB one after each slice.',
    rows,
  };
}

function pullFrom(
  bench: Workbench,
  server: ChildServer,
  load: TransferLoad,
  documents: readonly StoredContent[],
): () => Promise<Slice> {
  const job = { kind: 'pull', ...sliceOf(load, server, bench.effort.sliceMs), documents } as const;
  if (load.sizeBytes < LARGE_BYTES) return () => runSlice(bench.generator, server, job);
  return async () => {
    // A slice is one pull here: the digest of it would keep the client as busy as the server, so it is of another one.
    const slice = await runSlice(bench.generator, server, { ...job, verifyEvery: 0 });
    await bench.generator.run(job);
    return slice;
  };
}

function documentsOf({ sizeBytes }: TransferLoad): DocumentsPlan {
  const count = sizeBytes === LARGE_BYTES ? 1 : sizeBytes === MIB ? 64 : 256;
  return { count, sizeBytes, content: 'random', run: `pull-${sizeBytes}` };
}
