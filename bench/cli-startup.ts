import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { firstAnswer, freePort, killServers, spawnServer } from './child-server.js';
import { median } from './statistics.js';
import { generateStore } from './store-generator.js';

/*
 * What the start of the CLI costs: `doc query` against a running server next to a Node that does nothing. Sessions run
 * such commands hundreds of times, so the promise is a ratio: at most 2.5 times `node -e 0`.
 */

const RUNS = 20;
const DOCUMENTS = 100;
const HIGHEST_RATIO = 2.5;
const POLL_MS = 5;

const SERVER = resolve(import.meta.dirname, '../../server/dist/src/main.js');
const DOC = resolve(import.meta.dirname, '../../cli/bin/doc.cjs');

/** Milliseconds from the start of a Node to its end. @throws Error with what it printed when it fails */
function timeOf(args: readonly string[], serverUrl: string): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, DOCUMENT_SERVER_URL: serverUrl },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const milliseconds = performance.now() - begin;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return milliseconds;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'document-sync-cli-startup-'));
  try {
    const store = await generateStore(folder, DOCUMENTS);
    const port = await freePort();
    const server = spawnServer({
      command: [SERVER],
      environment: { NODE_ENV: 'production', DOCUMENT_STORAGE_DIR: store, DOCUMENT_SERVER_PORT: String(port) },
      port,
      logFile: join(folder, 'server.log'),
    });
    await firstAnswer(server, '/documents', POLL_MS);

    const url = `http://127.0.0.1:${port}`;
    const nothing: number[] = [];
    const query: number[] = [];
    // In turn, so that whatever else the machine does falls on both; the first of each warms the disk's cache.
    for (let run = 0; run <= RUNS; run += 1) {
      const times = [timeOf(['-e', '0'], url), timeOf([DOC, 'query'], url)] as const;
      if (run === 0) continue;
      nothing.push(times[0]);
      query.push(times[1]);
    }
    await server.stop();

    const ratio = median(query) / median(nothing);
    const verdict = ratio <= HIGHEST_RATIO ? 'met' : 'MISSED';
    process.stdout.write(
      `node -e 0   ${median(nothing).toFixed(1)} ms\n` +
        `doc query   ${median(query).toFixed(1)} ms (medians of ${RUNS}, ${DOCUMENTS} documents, a page of 50)\n` +
        `ratio       ${ratio.toFixed(2)} (at most ${HIGHEST_RATIO}: ${verdict})\n`,
    );
    if (ratio > HIGHEST_RATIO) process.exitCode = 1;
  } finally {
    killServers();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
