import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { RaceTrack } from './race-track.js';

const TRIALS = 1000;

describe('writers that race on one document from several processes, through two servers on one folder', () => {
  it(`lose nothing, in ${TRIALS} trials`, async function () {
    this.timeout(300_000);
    const seed = Number(process.env['RACES_SEED'] ?? randomInt(2 ** 30));
    console.log(`      RACES_SEED=${seed}`);
    const track = await RaceTrack.open();
    try {
      await track.run(seed, TRIALS);
      await track.inspect();
      const { trials, created, merged, refused } = track.outcomes;
      console.log(
        `      ${trials} trials: ${created} versions created, ${merged} merged, ${refused} changes made again`,
      );
      assert.equal(trials, TRIALS);
      // Trials without a race would show nothing.
      assert.ok(merged > TRIALS / 4, `only ${merged} merges`);
      assert.ok(refused > TRIALS / 4, `only ${refused} refusals`);
    } finally {
      await track.dispose();
    }
  });
});
