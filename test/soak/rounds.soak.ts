/** The crash test's rounds for as long as one likes: `SOAK_MINUTES` for each of the two (default 5), `CRASH_SEED` to do it again. */
import { randomInt } from 'node:crypto';
import { SeededRandom } from '../crash/random.js';
import { CrashedStore } from '../crash/rounds.js';

const MINUTE_MS = 60_000;
const minutes = Number(process.env['SOAK_MINUTES'] ?? 5);
const seed = Number(process.env['CRASH_SEED'] ?? randomInt(2 ** 31));

/** After so many rounds a folder has rested once and a new one begins, so that young folders are killed, too. */
const ROUNDS_EACH = 25;

describe(`${minutes} minutes of crashes with CRASH_SEED=${seed}`, () => {
  for (const [what, servers] of [
    ['one server', 1],
    ['two servers on one storage folder', 2],
  ] as const) {
    it(what, async function () {
      this.timeout(0);
      const random = new SeededRandom(seed + servers);
      const until = Date.now() + minutes * MINUTE_MS;
      for (let folder = 1; Date.now() < until; folder += 1) await crashOneFolder(random, servers, until, folder);
    });
  }
});

async function crashOneFolder(random: SeededRandom, servers: number, until: number, folder: number): Promise<void> {
  const store = await CrashedStore.create(random.fork());
  try {
    let round = 0;
    for (; round < ROUNDS_EACH && Date.now() < until; round += 1) {
      await store.round(servers).catch((error: unknown) => {
        throw new Error(`folder ${folder}, round ${round + 1}, CRASH_SEED=${seed}`, { cause: error });
      });
    }
    await store.rest();
    console.log(`      folder ${folder}: ${round} rounds; ${store.describe()}`);
  } finally {
    await store.dispose();
  }
}
