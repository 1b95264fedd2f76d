/**
 * Two shells that sync two folders with one server, for as long as one likes: `SOAK_MINUTES` (default 5), `SYNC_SEED` to do
 * the same work again. Syncs run in turn, at the same time, and into a kill.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { syncByCommand } from '../sync/sync-command.js';
import { SyncTrack } from '../sync/sync-track.js';

const MINUTE_MS = 60_000;
const minutes = Number(process.env['SOAK_MINUTES'] ?? 5);
const seed = Number(process.env['SYNC_SEED'] ?? randomInt(2 ** 30));

/** After so many rounds the folders are compared, and new ones begin. */
const ROUNDS_EACH = 200;
/** In step, or outrun by the other shell, which running it again mends. */
const WELL: readonly (number | null)[] = [0, 5, 9, null];

describe(`${minutes} minutes of syncs in two shells with SYNC_SEED=${seed}`, () => {
  it('lose nothing, and come to the same folders', async function () {
    this.timeout(0);
    const until = Date.now() + minutes * MINUTE_MS;
    for (let track = 0; Date.now() < until; track += 1) await syncTwoFolders(seed + track);
  });
});

async function syncTwoFolders(trackSeed: number): Promise<void> {
  const track = await SyncTrack.open(trackSeed);
  const { random, folders } = track;
  try {
    for (let round = 1; round <= ROUNDS_EACH; round += 1) {
      for (const folder of folders) {
        for (let count = random.integer(0, 4); count > 0; count -= 1) await folder.work();
      }
      const isKilled = random.chance(0.3);
      const chosen = random.chance(0.5) ? folders : [random.pick(folders)];
      const codes = await Promise.all(
        chosen.map((folder) => syncByCommand(track, folder, isKilled ? random.integer(100, 500) : undefined)),
      );
      for (const code of codes) {
        assert.ok(WELL.includes(code), `a sync ended with ${code} in round ${round}, SYNC_SEED=${trackSeed}`);
        track.count(code === null ? 'killed' : `ended with ${code}`);
      }
    }
    await track.inspect();
    console.log(
      `      ${ROUNDS_EACH} rounds: ${[...track.counts].map(([what, count]) => `${what} ${count}`).join(', ')}`,
    );
  } catch (error) {
    throw new Error(`SYNC_SEED=${trackSeed}`, { cause: error });
  } finally {
    await track.close();
  }
}
