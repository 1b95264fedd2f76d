import { randomInt } from 'node:crypto';
import assert from 'node:assert/strict';
import type { SharedFolder } from './shared-folder.js';
import { syncByCommand } from './sync-command.js';
import { SyncTrack } from './sync-track.js';

const ROUNDS = 40;

describe('a sync that is killed at any point', () => {
  it(`comes to the right end when it is run again, ${ROUNDS} times`, async function () {
    this.timeout(180_000);
    const seed = Number(process.env['SYNC_SEED'] ?? randomInt(2 ** 30));
    console.log(`      SYNC_SEED=${seed}`);
    const track = await SyncTrack.open(seed);
    const { random, folders } = track;
    let wholeMs = 0;
    try {
      for (let round = 1; round <= ROUNDS; round += 1) {
        for (const folder of folders) {
          for (let count = random.integer(0, 5); count > 0; count -= 1) await folder.work();
        }
        // How long a sync takes hangs on the machine, and on what else it does.
        if (round % 10 === 1) wholeMs = await timedSync(track, random.pick(folders));
        await killedSync(track, random.pick(folders), wholeMs);
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

/**
 * Runs the real command and kills it somewhere between its start and its end.
 *
 * @param wholeMs how long a sync takes here, to its end
 */
async function killedSync(track: SyncTrack, folder: SharedFolder, wholeMs: number): Promise<void> {
  const code = await syncByCommand(track, folder, track.random.integer(Math.round(wholeMs / 3), Math.round(wholeMs)));
  track.count(code === null ? 'killed' : 'ended');
}

async function timedSync(track: SyncTrack, folder: SharedFolder): Promise<number> {
  const begun = performance.now();
  await syncByCommand(track, folder);
  return performance.now() - begun;
}
