import type { ChildServer } from '../child-server.js';
import type { Row, Table } from '../figures.js';
import { KeepAliveConnection } from '../keep-alive-connection.js';
import { countMatches, PAGE_ROWS, QUERY_FILTERS, queryPath, type QueryFilter } from '../query-filters.js';
import { loadOf, runSlice, type Slice } from '../slices.js';
import { median, percentile } from '../statistics.js';
import { QUERY_GROWTH_TARGET, QUERY_P50_TARGET } from '../targets.js';
import type { Workbench } from '../workbench.js';

const STORE_SIZES = [1_000, 10_000, 100_000] as const;
const LARGEST_PAGE = 1000;

/** A server with a store of a known size. */
interface Shelf {
  readonly documents: number;
  readonly server: ChildServer;
  readonly matches: readonly number[];
}

/** The same query against each store, in turn. */
interface Series {
  readonly documents: number;
  readonly rows: number;
  readonly slices: Slice[];
}

/**
 * Pages of 100 rows at one connection, at three sizes of the store.
 */
export async function measureQueries(bench: Workbench): Promise<Table> {
  const shelves: Shelf[] = [];
  for (const documents of STORE_SIZES) {
    const server = await bench.startOurs(await bench.store(documents));
    shelves.push({ documents, server, matches: countMatches(documents) });
  }
  const rows: Row[] = [];
  for (const [index, filter] of QUERY_FILTERS.entries()) {
    if (bench.isWanted(filter.id)) rows.push(queryRow(filter, await measureFilter(bench, shelves, filter, index)));
  }
  for (const { server } of shelves) await server.stop();
  return {
    title: 'Query',
    note:
      'Milliseconds from request to the last byte of a page of up to 100 documents, one connection, at 1,000 (1k), ' +
      '10,000 and 100,000 documents; growth (100k/1k) is the median ratio of neighbouring slices. Held against the ' +
      'targets where both bring a full page.',
    rows,
  };
}

async function measureFilter(
  bench: Workbench,
  shelves: readonly Shelf[],
  filter: QueryFilter,
  index: number,
): Promise<Series[]> {
  const series = shelves.map(({ documents, matches }) => {
    const found = (matches[index] ?? 0) - (filter.deep ? documents / 2 : 0);
    return { documents, rows: Math.min(PAGE_ROWS, found), slices: [] as Slice[] };
  });
  const paths = await Promise.all(shelves.map((shelf) => pathOn(shelf, filter)));
  for (let pair = 0; pair <= bench.effort.pairs; pair += 1) {
    for (const [position, shelf] of shelves.entries()) {
      const slice = await runSlice(bench.generator, shelf.server, {
        kind: 'query',
        port: shelf.server.port,
        connections: 1,
        until: { milliseconds: bench.effort.readSliceMs },
        path: paths[position] ?? '',
        rows: series[position]?.rows ?? 0,
        verifyEvery: 64,
      });
      if (pair > 0) series[position]?.slices.push(slice);
    }
  }
  return series;
}

function queryRow(filter: QueryFilter, series: readonly Series[]): Row {
  const smallest = series[0];
  const largest = series.at(-1);
  if (smallest === undefined || largest === undefined) throw new Error('a query without a store');
  const growth = median(largest.slices.map((slice, pair) => p50(slice) / p50(smallest.slices[pair] ?? slice)));
  // The targets speak of full pages; what finds less shows how the plan copes, and is not held against them.
  const full = smallest.rows === PAGE_ROWS && largest.rows === PAGE_ROWS;
  return {
    id: filter.id,
    label: filter.label,
    figures: [
      { name: 'p50 at 100k', value: quantile(largest, 0.5), unit: 'ms', ...(full && { target: QUERY_P50_TARGET }) },
      { name: '100k/1k', value: growth, unit: '×', ...(full && { target: QUERY_GROWTH_TARGET }) },
      { name: 'p50 at 1k', value: quantile(smallest, 0.5), unit: 'ms' },
      ...series
        .slice(1, -1)
        .map((middle) => ({ name: 'p50 at 10k', value: quantile(middle, 0.5), unit: 'ms' as const })),
      { name: 'p99 at 100k', value: quantile(largest, 0.99), unit: 'ms' },
      { name: 'rows at 100k', value: largest.rows, unit: '' },
      { name: 'rows at 1k', value: smallest.rows, unit: '' },
      { name: 'CPU a request', value: loadOf(largest.slices).serverCpuMsPerRequest, unit: 'ms' },
    ],
  };
}

function p50(slice: Slice): number {
  return percentile(slice.result.latenciesMs, 0.5);
}

function quantile({ slices }: Series, share: number): number {
  return percentile(
    slices.flatMap((slice) => [...slice.result.latenciesMs]),
    share,
  );
}

/** The path of a filter's page; for a deep one the cursor is found by walking there in the largest pages. */
async function pathOn({ documents, server }: Shelf, filter: QueryFilter): Promise<string> {
  if (!filter.deep) return queryPath(filter, PAGE_ROWS);
  const connection = await KeepAliveConnection.open(server.port);
  let cursor: string | undefined;
  for (let left = documents / 2; left > 0; left -= LARGEST_PAGE) {
    const path = queryPath(filter, Math.min(left, LARGEST_PAGE), cursor);
    const { head } = await connection.send([
      Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`),
    ]);
    cursor = /^link: <[^>]*[?&]cursor=([\w-]+)/im.exec(head)?.[1];
    if (cursor === undefined) throw new Error(`${path} names no next page: ${head}`);
  }
  connection.close();
  return queryPath(filter, PAGE_ROWS, cursor);
}
