import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { SeededRandom } from './random.js';
import { CrashedStore } from './rounds.js';

const ROUNDS = 22;
const EVERYTHING = ['push', 'version', 'edit', 'merge', 'rollback', 'deletion', 'restoration', 'purge'];

describe('a server that is killed at any moment', () => {
  it(`keeps what it has acknowledged, ${ROUNDS} times over`, async function () {
    this.timeout(300_000);
    const seed = Number(process.env['CRASH_SEED'] ?? randomInt(2 ** 31));
    console.log(`      CRASH_SEED=${seed}`);
    const store = await CrashedStore.create(new SeededRandom(seed));
    try {
      for (let round = 1; round <= ROUNDS; round += 1) {
        await store.round().catch((error: unknown) => {
          throw new Error(`round ${round} with CRASH_SEED=${seed}: ${String(error)}`, { cause: error });
        });
      }
      await store.rest();
      console.log(`      ${store.describe()}`);
      for (const what of EVERYTHING) assert.ok((store.tally.get(what) ?? 0) > 0, `there was no ${what}`);
      assert.ok(store.acknowledged > ROUNDS * 5, `only ${store.acknowledged} requests were acknowledged`);
    } finally {
      await store.dispose();
    }
  });
});
