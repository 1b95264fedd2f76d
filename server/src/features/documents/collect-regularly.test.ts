import assert from 'node:assert/strict';
import path from 'node:path';
import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { collectRegularly } from './collect-regularly.js';
import type { Collection } from './collector.js';

const NOTHING: Collection = {
  removed_blobs: 0,
  removed_bytes: 0,
  removed_staging_files: 0,
  purged_documents: 0,
  removed_versions: 0,
  expired_uploads: 0,
};

describe('collectRegularly', () => {
  const folder = useTemporaryFolder();
  let store: Store;
  let logged: Record<string, unknown>[];
  const logger = pino({}, { write: (line: string) => logged.push(JSON.parse(line)) });

  beforeEach(async () => {
    logged = [];
    store = await openStore(path.join(folder(), 'store'));
  });
  afterEach(async () => {
    mock.restoreAll();
    await store.db.close();
  });

  it('runs at once and then at every interval, until it is stopped', async () => {
    const run = mock.method(store.collector, 'run', () => Promise.resolve(NOTHING)).mock;
    const stop = collectRegularly(store.collector, 10, logger);
    assert.equal(run.callCount(), 1);
    while (run.callCount() < 4) await sleep(5);
    await stop();
    const count = run.callCount();
    await sleep(40);
    assert.equal(run.callCount(), count);
    assert.deepEqual(logged, []);
  });

  it('never runs twice at a time, and stopping ends the run and waits for it', async () => {
    let running = 0;
    let most = 0;
    let ended = 0;
    mock.method(store.collector, 'run', async (signal?: AbortSignal) => {
      running += 1;
      most = Math.max(most, running);
      while (!signal?.aborted) await sleep(2);
      await sleep(20);
      running -= 1;
      ended += 1;
      return NOTHING;
    });
    const stop = collectRegularly(store.collector, 5, logger);
    await sleep(50);
    assert.equal(ended, 0);
    await stop();
    assert.deepEqual({ most, running, ended }, { most: 1, running: 0, ended: 1 });
  });

  it('logs a failure and tries again; says what it removed', async () => {
    let runs = 0;
    const run = mock.method(store.collector, 'run', () => {
      runs += 1;
      if (runs === 1) return Promise.reject(new Error('the disk is away'));
      return Promise.resolve(runs === 2 ? { ...NOTHING, removed_blobs: 1, removed_bytes: 5 } : NOTHING);
    }).mock;
    const stop = collectRegularly(store.collector, 5, logger);
    while (run.callCount() < 4) await sleep(5);
    await stop();
    assert.equal(logged.length, 2);
    assert.match(JSON.stringify(logged[0]), /the disk is away/);
    assert.equal(logged[0]?.['level'], 50);
    assert.deepEqual(
      [logged[1]?.['removed_blobs'], logged[1]?.['removed_bytes'], logged[1]?.['removed_staging_files']],
      [1, 5, 0],
    );
  });
});
