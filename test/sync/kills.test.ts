import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import assert from 'node:assert/strict';
import type { SharedFolder } from './shared-folder.js';
import { SyncTrack, TAG } from './sync-track.js';

const ROUNDS = 40;
const DOC = fileURLToPath(new URL('../../../cli/bin/doc.cjs', import.meta.url));

describe('a sync that is killed at any point', () => {
  it(`comes to the right end when it is run again, ${ROUNDS} times`, async function () {
    this.timeout(180_000);
    const seed = Number(process.env['SYNC_SEED'] ?? randomInt(2 ** 30));
    console.log(`      SYNC_SEED=${seed}`);
    const track = await SyncTrack.open(seed);
    const { random, folders } = track;
    try {
      for (let round = 1; round <= ROUNDS; round += 1) {
        for (const folder of folders) {
          for (let count = random.integer(0, 5); count > 0; count -= 1) await folder.work();
        }
        await killedSync(track, random.pick(folders));
        if (random.chance(0.3)) await track.sync(random.pick(folders));
      }
      await track.inspect();
      console.log(`      killed ${track.counts.get('killed') ?? 0}, ended before ${track.counts.get('ended') ?? 0}`);
      assert.ok((track.counts.get('killed') ?? 0) > ROUNDS / 4, 'most syncs ended before they were killed');
    } finally {
      await track.close();
    }
  });
});

/** Runs the real command and kills it somewhere between its start and its end. */
async function killedSync(track: SyncTrack, folder: SharedFolder): Promise<void> {
  const child = spawn(process.execPath, [DOC, 'sync', folder.root, '--tag', TAG, '--delete', '--max-delete', '1000'], {
    env: { PATH: process.env['PATH'], DOCUMENT_SERVER_URL: track.url, DOCUMENT_CACHE_DIR: track.cacheOf(folder) },
    stdio: 'ignore',
  });
  const exit = once(child, 'exit');
  await Promise.race([exit, sleep(track.random.integer(100, 500))]);
  child.kill('SIGKILL');
  const [, signal] = (await exit) as [number | null, string | null];
  track.count(signal === 'SIGKILL' ? 'killed' : 'ended');
}
