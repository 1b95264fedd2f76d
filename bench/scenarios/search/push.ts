import type { Row, Table } from '../../figures.js';
import type { ArticleJob } from '../../load-jobs.js';
import { alternate, runSlice } from '../../slices.js';
import type { Workbench } from '../../workbench.js';
import { comparisonRow, connectionsText, KIB_4, type TransferLoad } from '../transfer-rows.js';

const CONNECTIONS = [1, 16];
const SIDES = ['indexed', 'not indexed'] as const;

/**
 * Pushes of 4 KB of Markdown, beside pushes of the same bytes that nobody looks into.
 */
export async function measureIndexedPushes(bench: Workbench): Promise<Table> {
  const rows: Row[] = [];
  for (const connections of CONNECTIONS) {
    const load: TransferLoad = {
      id: `search-push-4kb-c${connections}`,
      label: `4 KB, ${connectionsText(connections)}`,
      sizeBytes: KIB_4,
      connections,
    };
    if (bench.isWanted(load.id)) rows.push(await measurePush(bench, load));
  }
  return {
    title: 'Search: pushes with and without an index',
    note:
      'Requests per second at which 4 KB of Markdown are pushed, each another text, by those at which the same bytes are ' +
      'pushed as something that is not looked into, of which only name and tags are indexed. Each has a server of its own.',
    rows,
  };
}

async function measurePush(bench: Workbench, load: TransferLoad): Promise<Row> {
  const [indexed, other] = [await bench.startOurs(bench.folder(load.id)), await bench.startOurs(bench.folder(load.id))];
  const slice = (as: ArticleJob['as'], pair: number) => {
    const server = as === 'indexed' ? indexed : other;
    return runSlice(bench.generator, server, {
      kind: 'article',
      as,
      port: server.port,
      connections: load.connections,
      until: { milliseconds: bench.effort.sliceMs },
      run: `${as === 'indexed' ? 'i' : 'n'}${load.connections}-${pair}`,
      verifyEvery: 64,
    });
  };
  const comparison = await alternate(
    bench.effort.pairs,
    (pair) => slice('indexed', pair),
    (pair) => slice('not indexed', pair),
  );
  await indexed.stop();
  await other.stop();
  return comparisonRow(load, comparison, SIDES);
}
