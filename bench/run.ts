import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

import type { ChildServer } from './child-server.js';
import type { Table } from './figures.js';
import { isWanted, readOptions, USAGE, type Options } from './options.js';
import { summariseProfiles } from './profile-summary.js';
import { renderMachine, renderReport, renderTable, renderVerdict, type Machine } from './report.js';
import { measureAccess } from './scenarios/access.js';
import { measureArchives } from './scenarios/many/archive.js';
import { measureBatches } from './scenarios/many/batch.js';
import { measureCachedPulls } from './scenarios/many/cached.js';
import { measureResumable } from './scenarios/many/resumable.js';
import { measureSync } from './scenarios/many/sync.js';
import { measureMemory } from './scenarios/memory.js';
import { measureMerges } from './scenarios/merge.js';
import { measureParts } from './scenarios/part.js';
import { measurePulls } from './scenarios/pull.js';
import { measurePushes } from './scenarios/push.js';
import { measureQueries } from './scenarios/query.js';
import { measureIndexSize } from './scenarios/search/index-size.js';
import { measureIndexedPushes } from './scenarios/search/push.js';
import { measureArticleSearches, measureNoteSearches } from './scenarios/search/searches.js';
import { measureStartup } from './scenarios/startup.js';
import { measureVersions } from './scenarios/version.js';
import { makeWorkFolder } from './work-folder.js';
import { openWorkbench, type Workbench } from './workbench.js';

/** The parts of the bench, the short ones first. */
const PARTS: readonly { readonly id: string; readonly measure: (bench: Workbench) => Promise<Table> }[] = [
  { id: 'startup', measure: measureStartup },
  { id: 'query', measure: measureQueries },
  { id: 'search-notes', measure: measureNoteSearches },
  { id: 'search-articles', measure: measureArticleSearches },
  { id: 'search-size', measure: measureIndexSize },
  { id: 'search-push', measure: measureIndexedPushes },
  { id: 'pull', measure: measurePulls },
  { id: 'push', measure: measurePushes },
  { id: 'access', measure: measureAccess },
  { id: 'version', measure: measureVersions },
  { id: 'merge', measure: measureMerges },
  { id: 'part', measure: measureParts },
  { id: 'many-batch', measure: measureBatches },
  { id: 'many-archive', measure: measureArchives },
  { id: 'many-cached', measure: measureCachedPulls },
  { id: 'many-resumable', measure: measureResumable },
  { id: 'many-sync', measure: measureSync },
  { id: 'memory', measure: measureMemory },
];

/** A machine that does other things at the same time measures those too. */
const QUIET_LOAD = 0.5;

interface Measured {
  readonly tables: readonly Table[];
  readonly servers: readonly ChildServer[];
}

async function measure(options: Options): Promise<Measured> {
  const parts = PARTS.filter(({ id }) => isWanted(options, id));
  if (parts.length === 0)
    throw new Error(`--only ${options.only.join(',')} names nothing that is measured\n\n${USAGE}`);
  if (options.profile !== undefined) mkdirSync(options.profile, { recursive: true });
  const bench = openWorkbench(makeWorkFolder(options.folder), options);
  const giveUp = (): void => {
    bench.clear();
    process.exit(130);
  };
  process.once('SIGINT', giveUp).once('SIGTERM', giveUp);
  try {
    const tables: Table[] = [];
    for (const part of parts) {
      process.stderr.write(`measuring: ${part.id}\n`);
      const table = await part.measure(bench);
      tables.push(table);
      process.stdout.write(`${renderTable(table)}\n`);
    }
    return { tables, servers: bench.ours };
  } finally {
    bench.clear();
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const machine: Machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    load_before: loadavg()[0] ?? 0,
    quick: options.quick,
  };
  process.stdout.write(`${renderMachine(machine)}\n\n`);
  if (machine.load_before > QUIET_LOAD) process.stderr.write('the machine is busy: figures will vary\n');
  const { tables, servers } = await measure(options);
  process.stdout.write(`${renderVerdict(tables)}\n`);
  if (options.profile !== undefined) process.stdout.write(`\n${summariseProfiles(options.profile, servers)}`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ machine, tables }, undefined, 2)}\n`);
  if (options.markdown !== undefined) writeFileSync(options.markdown, renderReport(machine, tables));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
