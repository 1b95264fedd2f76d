import type { ChildServer } from '../../child-server.js';
import type { Figure, Row, Table } from '../../figures.js';
import { KeepAliveConnection } from '../../keep-alive-connection.js';
import { DEEP_PAGES, listLoads, SEARCH_ROWS, textLoads, type SearchLoad } from '../../search/search-loads.js';
import { loadOf, runSlice, type Slice } from '../../slices.js';
import { median, percentile } from '../../statistics.js';
import { DEEP_PAGE_TARGET } from '../../targets.js';
import type { Workbench } from '../../workbench.js';

/** At which the targets hold. */
const LARGEST_STORE = 1_000_000;
const VERIFY_EVERY = 16;

/** A server with a store of a known size. */
interface Shelf {
  readonly documents: number;
  readonly server: ChildServer;
}

/** The same request to each server, in turn; in the order of the shelves. */
type Series = readonly Slice[][];

/**
 * Lists and searches of documents of a few hundred bytes, at three sizes of the store.
 */
export async function measureNoteSearches(bench: Workbench): Promise<Table> {
  const shelves: Shelf[] = [];
  for (const documents of bench.effort.noteStores) {
    shelves.push({ documents, server: await bench.startOurs(await bench.searchStore({ shape: 'notes', documents })) });
  }
  const rows = await measureLoads(bench, 'search-notes', [...listLoads(), ...textLoads()], shelves);
  for (const { server } of shelves) await server.stop();
  return {
    title: 'Search: notes of a few hundred bytes',
    note:
      `Milliseconds from request to the last byte of a page of ${SEARCH_ROWS} rows, one connection, at ` +
      `${shelves.map(({ documents }) => inWords(documents)).join(', ')} documents; growth is the median ratio of ` +
      `neighbouring slices at the largest store to the smallest, and a deep page is compared with the first one of ` +
      'the same query in the largest.',
    rows,
  };
}

/**
 * Searches of documents of 4 KB.
 */
export async function measureArticleSearches(bench: Workbench): Promise<Table> {
  const documents = bench.effort.articles;
  const server = await bench.startOurs(await bench.searchStore({ shape: 'articles', documents }));
  const rows = await measureLoads(bench, 'search-articles', textLoads(), [{ documents, server }]);
  await server.stop();
  return {
    title: 'Search: articles of 4 KB',
    note: `Milliseconds from request to the last byte of a page of ${SEARCH_ROWS} rows, one connection, at ${inWords(documents)} documents.`,
    rows,
  };
}

/** 10k, 1M: as columns are headed. */
function inWords(documents: number): string {
  return documents >= 1_000_000 ? `${documents / 1_000_000}M` : `${documents / 1000}k`;
}

async function measureLoads(
  bench: Workbench,
  part: string,
  loads: readonly SearchLoad[],
  shelves: readonly Shelf[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const load of loads) {
    const id = `${part}-${load.id}`;
    if (!bench.isWanted(id)) continue;
    const first = loads.find((candidate) => candidate.id === load.deepOf);
    const series = await measureLoad(bench, load, shelves);
    rows.push({
      id,
      label: load.label,
      figures: [
        ...figuresOf(load, shelves, series),
        ...(first === undefined ? [] : [await depthFigure(bench, [load, first], shelves)]),
      ],
    });
  }
  return rows;
}

async function measureLoad(bench: Workbench, load: SearchLoad, shelves: readonly Shelf[]): Promise<Series> {
  const paths = await Promise.all(shelves.map(({ server }) => pathOn(server, load)));
  const series: Slice[][] = shelves.map(() => []);
  for (let pair = 0; pair <= bench.effort.pairs; pair += 1) {
    for (const [position, { server }] of shelves.entries()) {
      const slice = await sliceOf(bench, load, server, paths[position] ?? '');
      if (pair > 0) series[position]?.push(slice);
    }
  }
  return series;
}

function sliceOf(bench: Workbench, load: SearchLoad, server: ChildServer, path: string): Promise<Slice> {
  return runSlice(bench.generator, server, {
    kind: 'search',
    port: server.port,
    connections: 1,
    until: { milliseconds: bench.effort.searchSliceMs },
    path,
    expected: load.expected,
    verifyEvery: VERIFY_EVERY,
  });
}

function figuresOf({ targets }: SearchLoad, shelves: readonly Shelf[], series: Series): Figure[] {
  const held = shelves.at(-1)?.documents === LARGEST_STORE ? targets : undefined;
  const load = loadOf(series.at(-1) ?? []);
  const [largest = [], ...smaller] = shelves
    .map(({ documents }, position) => latencyFigures(documents, series[position] ?? []))
    .reverse();
  return [
    ...largest.map((figure, index) => ({ ...figure, ...(held && { target: index === 0 ? held.p50 : held.p99 }) })),
    ...(series.length > 1 ? [growthFigure(shelves, series)] : []),
    ...smaller.flat(),
    { name: 'requests', value: load.requests, unit: '' },
    { name: 'CPU a request', value: load.serverCpuMsPerRequest, unit: 'ms' },
  ];
}

function latencyFigures(documents: number, slices: readonly Slice[]): Figure[] {
  const latencies = slices.flatMap(({ result }) => [...result.latenciesMs]);
  return [
    { name: `p50 at ${inWords(documents)}`, value: percentile(latencies, 0.5), unit: 'ms' },
    { name: `p99 at ${inWords(documents)}`, value: percentile(latencies, 0.99), unit: 'ms' },
  ];
}

function growthFigure(shelves: readonly Shelf[], series: Series): Figure {
  const [smallest = []] = series;
  const largest = series.at(-1) ?? [];
  const sizes = [shelves.at(-1), shelves[0]].map((shelf) => inWords(shelf?.documents ?? 0));
  return { name: sizes.join('/'), value: medianRatio(largest, smallest), unit: '×' };
}

/** How much longer a deep page takes than the first, in the largest store, the two in turn. */
async function depthFigure(
  bench: Workbench,
  loads: readonly [deep: SearchLoad, first: SearchLoad],
  shelves: readonly Shelf[],
): Promise<Figure> {
  const shelf = shelves.at(-1);
  if (shelf === undefined) throw new Error('a deep page without a store');
  const paths = await Promise.all(loads.map((load) => pathOn(shelf.server, load)));
  const slices: [Slice[], Slice[]] = [[], []];
  for (let pair = 0; pair <= bench.effort.pairs; pair += 1) {
    for (const side of [0, 1] as const) {
      const slice = await sliceOf(bench, loads[side], shelf.server, paths[side] ?? '');
      if (pair > 0) slices[side].push(slice);
    }
  }
  return { name: 'of the first page', value: medianRatio(...slices), unit: '×', target: DEEP_PAGE_TARGET };
}

function medianRatio(slices: readonly Slice[], others: readonly Slice[]): number {
  const p50 = ({ result }: Slice): number => percentile(result.latenciesMs, 0.5);
  return median(slices.map((slice, pair) => p50(slice) / p50(others[pair] ?? slice)));
}

/** The path of a page; of a deep one after turning the pages before it. */
async function pathOn(server: ChildServer, { deepOf, path }: SearchLoad): Promise<string> {
  if (deepOf === undefined) return path;
  const connection = await KeepAliveConnection.open(server.port);
  let next = path;
  for (let page = 0; page < DEEP_PAGES; page += 1) {
    const request = Buffer.from(`GET ${next} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    const { head } = await connection.send([request]);
    const link = /^link: <([^>]*)>; rel="next"/im.exec(head)?.[1];
    if (link === undefined) throw new Error(`${next} names no next page: ${head}`);
    next = link;
  }
  connection.close();
  return next;
}
