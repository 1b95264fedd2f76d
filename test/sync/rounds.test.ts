import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { SyncTrack } from './sync-track.js';

const ROUNDS = 200;

describe('two folders that are synced with one server', () => {
  it(`are equal after ${ROUNDS} rounds of edits, moves and deletions, and nothing is lost`, async function () {
    this.timeout(240_000);
    const seed = Number(process.env['SYNC_SEED'] ?? randomInt(2 ** 30));
    console.log(`      SYNC_SEED=${seed}`);
    const track = await SyncTrack.open(seed);
    try {
      for (let round = 1; round <= ROUNDS; round += 1) await playRound(track);
      await track.inspect();
      console.log(`      ${[...track.counts].map(([what, count]) => `${what} ${count}`).join(', ')}`);
      for (const what of ['merged', 'kept both', 'move_local', 'rename_remote', 'delete_local', 'delete_remote']) {
        assert.ok((track.counts.get(what) ?? 0) > 5, `the rounds have hardly ever ${what}`);
      }
    } finally {
      await track.close();
    }
  });
});

/** Somebody works in one folder or in both; then one is synced, or both, in turn or at the same time, or a sync is stopped. */
async function playRound(track: SyncTrack): Promise<void> {
  const { random, folders } = track;
  for (const folder of folders) {
    for (let count = random.integer(0, 4); count > 0; count -= 1) await folder.work();
  }
  const folder = random.pick(folders);
  const chance = random.next();
  if (chance < 0.35) {
    await track.sync(folder);
  } else if (chance < 0.6) {
    for (const each of folders) await track.sync(each);
  } else if (chance < 0.85) {
    await Promise.all(folders.map((each) => track.sync(each)));
  } else {
    const stop = new AbortController();
    const timer = setTimeout(
      () => {
        stop.abort(new Error('stopped'));
      },
      random.integer(0, 60),
    );
    await track.sync(folder, stop.signal).catch((error: unknown) => {
      if (error !== stop.signal.reason) throw error;
      track.count('stopped');
    });
    clearTimeout(timer);
  }
}
