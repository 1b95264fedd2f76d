/**
 * Pulls documents three times each through a cache that others use, too, and checks what comes:
 * `node cached-pull-program.js <base URL> <cache folder> <document id>...`. Prints how many pulls there were.
 */
import { openContentCache } from '../src/cache/index.js';
import { DocumentClient } from '../src/index.js';

const [, , baseUrl, folder = '', ...ids] = process.argv;
const client = new DocumentClient({ baseUrl, cache: await openContentCache(folder) });
let pulled = 0;
for (let round = 0; round < 3; round++) {
  for (const id of ids) {
    // Every body is verified as it flows, whatever its origin.
    const { size } = await (await client.download(id)).blob();
    if (size === 50_000) pulled++;
  }
}
console.log(`${pulled} pulled`);
