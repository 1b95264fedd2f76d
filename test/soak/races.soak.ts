/** The races for as long as one likes: `SOAK_MINUTES` (default 5), `RACES_SEED` to begin with the same scenarios again. */
import { randomInt } from 'node:crypto';
import { RaceTrack } from '../races/race-track.js';

const MINUTE_MS = 60_000;
const minutes = Number(process.env['SOAK_MINUTES'] ?? 5);
const seed = Number(process.env['RACES_SEED'] ?? randomInt(2 ** 30));

/** After so many trials the folder is looked into, and new servers begin with another one. */
const TRIALS_EACH = 2000;

describe(`${minutes} minutes of races with RACES_SEED=${seed}`, () => {
  it('lose nothing', async function () {
    this.timeout(0);
    const until = Date.now() + minutes * MINUTE_MS;
    for (let folder = 0; Date.now() < until; folder += 1) await raceOnOneFolder(seed + 1000 * folder);
  });
});

async function raceOnOneFolder(from: number): Promise<void> {
  const track = await RaceTrack.open();
  try {
    await track.run(from, TRIALS_EACH);
    await track.inspect();
    console.log(`      RACES_SEED=${from}: ${track.describe()}`);
  } finally {
    await track.dispose();
  }
}
