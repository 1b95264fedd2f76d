/**
 * Pulls a document where there is no room: `node full-disk-program.js <base URL> <document id> <full folder> <roomy folder>`.
 * First to a file in the full folder, then to one in the roomy folder through a cache in the full one. Prints as JSON what
 * became of it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openContentCache } from '../src/cache/index.js';
import { DocumentClient } from '../src/index.js';

const [, , baseUrl, id = '', full = '', roomy = ''] = process.argv;
const refused: unknown = await new DocumentClient({ baseUrl })
  .downloadToFile(id, { path: join(full, 'pulled.bin') })
  .catch((error: unknown) => error);
const { code, message } = refused as { code?: unknown; message?: unknown };
const leftThere = await readdir(full);

let cacheErrors = 0;
const cache = await openContentCache(join(full, 'cache'), { onCacheError: () => cacheErrors++ });
const path = join(roomy, 'pulled.bin');
const client = new DocumentClient({ baseUrl, cache });
await client.downloadToFile(id, { path });
const again = await client.downloadToFile(id, { path, overwrite: true });
const { length } = await readFile(path);
const staged = await readdir(join(full, 'cache/contents/tmp')).catch(() => []);
const { entries } = await cache.info();
console.log(
  JSON.stringify({ code, message, leftThere, cacheErrors, fromCache: again.fromCache, length, staged, entries }),
);
