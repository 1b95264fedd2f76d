import { DocumentClient, type Document } from '@document-sync/sdk';

import { monotonicMicroseconds, type ChildServer } from '../../child-server.js';
import { docCommand, type DocCommand } from '../../doc-command.js';
import type { Figure, Row, Table } from '../../figures.js';
import { writeTree, type TreeFile } from '../../folder-tree.js';
import { median } from '../../statistics.js';
import { UNCHANGED_SYNC_TARGET } from '../../targets.js';
import type { Workbench } from '../../workbench.js';
import { KIB_4 } from '../transfer-rows.js';

const FILES = 10_000;
const TAG = 'synced';

/**
 * Folder syncs by the CLI, from spawn to exit: the first, which pushes everything, and those that find nothing to do.
 */
export async function measureSync(bench: Workbench): Promise<Table> {
  return await measureSyncOf(bench, FILES);
}

/**
 * The same with another number of files than the figures are of.
 * @throws Error when a sync did not do what it must, or did something when nothing was to do
 */
export async function measureSyncOf(bench: Workbench, fileCount: number): Promise<Table> {
  const server = await bench.startOurs(bench.folder('sync'));
  const doc = docCommand(server.port, bench.folder('home'));
  const folder = bench.folder('tree');
  const files = writeTree(folder, fileCount, KIB_4);
  const sync = (): Promise<number> => timed(server, doc, ['sync', folder, '--tag', TAG]);

  const first = await sync();
  const synced = await documentsOf(server);
  expectAll(files, synced);
  const unchanged: number[] = [];
  const queries: number[] = [];
  // In turn, so that whatever else the machine does falls on both.
  for (let run = 0; run <= bench.effort.runs; run += 1) {
    const times = [await sync(), await timed(server, doc, ['query', '--limit', '1'])] as const;
    if (run === 0) continue;
    unchanged.push(times[0]);
    queries.push(times[1]);
  }
  expectSame(synced, await documentsOf(server));
  await server.stop();

  const rows: Row[] = [
    {
      id: 'many-sync-unchanged-10k',
      label: 'nothing changed',
      figures: [
        { name: 'median', value: median(unchanged), unit: 's', target: UNCHANGED_SYNC_TARGET },
        { name: 'fastest', value: Math.min(...unchanged), unit: 's' },
        { name: 'slowest', value: Math.max(...unchanged), unit: 's' },
        { name: 'files', value: fileCount / median(unchanged), unit: '/s' },
        { name: 'of `doc query`', value: median(unchanged) / median(queries), unit: '×' },
      ] satisfies Figure[],
    },
    {
      id: 'many-sync-first-10k',
      label: 'the first, which pushes all',
      figures: [
        { name: 'median', value: first, unit: 's' },
        { name: 'files', value: fileCount / first, unit: '/s' },
        { name: 'of `doc query`', value: first / median(queries), unit: '×' },
      ] satisfies Figure[],
    },
  ];
  return {
    title: 'Many: folder sync',
    note:
      `\`doc sync\` of ${fileCount.toLocaleString('en')} files of 4 KB, 100 in a folder, from spawn to exit: ${bench.effort.runs} ` +
      'runs with nothing changed, in turn with a query of one document, and the first run, once. After the first every ' +
      'file is a document with its digest, and after the others no document is another than before.',
    rows,
  };
}

/** Runs the CLI; what the server does meanwhile counts as load. */
async function timed(server: ChildServer, doc: DocCommand, args: readonly string[]): Promise<number> {
  const begin = monotonicMicroseconds();
  const seconds = await doc.run(args);
  server.loads.push({ begin, end: monotonicMicroseconds() });
  return seconds;
}

/** By their names, which are the files' paths. */
async function documentsOf({ port }: ChildServer): Promise<ReadonlyMap<string, Document>> {
  const client = new DocumentClient({ baseUrl: `http://127.0.0.1:${port}` });
  const documents = new Map<string, Document>();
  for await (const document of client.queryAll({ tags: [TAG] })) {
    if (documents.has(document.name)) throw new Error(`a sync made two documents of ${document.name}`);
    documents.set(document.name, document);
  }
  return documents;
}

function expectAll(files: readonly TreeFile[], documents: ReadonlyMap<string, Document>): void {
  const wrong = files.find(({ path, sha256 }) => documents.get(path)?.checksum_sha256 !== sha256);
  if (wrong !== undefined) throw new Error(`a sync made no document of ${wrong.path} as it is`);
  if (documents.size !== files.length)
    throw new Error(`a sync of ${files.length} files made ${documents.size} documents`);
}

function expectSame(before: ReadonlyMap<string, Document>, after: ReadonlyMap<string, Document>): void {
  const changed = [...before].find(([name, { revision }]) => after.get(name)?.revision !== revision);
  if (changed !== undefined || before.size !== after.size)
    throw new Error(`a sync with nothing to do changed ${changed?.[0] ?? 'the number of documents'}`);
}
