import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { NodeContentCache } from '../src/cache/index.js';
import { type Document, DocumentClient } from '../src/index.js';
import { pull, useCaches } from './caches.js';

const MEBIBYTE = 1024 * 1024;
const PROGRAM = fileURLToPath(new URL('./cached-pull-program.js', import.meta.url));

describe('a content cache’s own folder', () => {
  const { push, caching, contentFiles, baseUrl, cacheFolder } = useCaches();

  for (const [what, harm] of [
    ['was damaged', async (path) => writeFile(path, randomBytes((await stat(path)).size))],
    ['was cut short', async (path) => truncate(path, 5)],
    ['has vanished', async (path) => rm(path)],
    [
      'cannot be read',
      async (path) =>
        rm(path)
          .then(() => writeFile(path, ''))
          .then(() => chmod(path, 0)),
    ],
  ] satisfies [string, (path: string) => Promise<void>][]) {
    it(`fetches again what ${what}, and holds it then`, async () => {
      for (const size of [1000, 2 * MEBIBYTE]) {
        const content = randomBytes(size);
        const { document_id: id, checksum_sha256 } = await push(content);
        const { client, cache } = await caching();
        await pull(client, id);
        const path = (await contentFiles()).find((file) => file.endsWith(checksum_sha256.slice(4)));
        await harm(path ?? '');
        const again = await pull(client, id);
        assert.deepEqual([again.fromCache, content.equals(again.bytes)], [false, true]);
        const then = await pull(client, id);
        assert.deepEqual([then.fromCache, content.equals(then.bytes)], [true, true]);
        await cache.clear();
      }
    });
  }

  it('is done without where there can be none, and says so once', async () => {
    const content = randomBytes(1000);
    const { document_id: id } = await push(content);
    await writeFile(cacheFolder(), 'no folder');
    const { client, errors, received } = await caching();
    for (let count = 0; count < 3; count++) {
      const { fromCache, bytes } = await pull(client, id);
      assert.deepEqual([fromCache, content.equals(bytes)], [false, true]);
    }
    assert.deepEqual(received.statuses, [200, 200, 200]);
    assert.equal(errors.length, 1);
  });

  it('is verified and cleared', async () => {
    const { client, cache } = await caching();
    assert.deepEqual(await cache.verify(), { checked: 0, removed: 0, reclaimed_bytes: 0 });
    assert.deepEqual(await cache.clear(), { entries: 0, size_bytes: 0 });
    const contents = [randomBytes(1000), randomBytes(2000), randomBytes(3000)];
    for (const content of contents) await pull(client, (await push(content)).document_id);
    const [path = ''] = await contentFiles();
    const { size } = await stat(path);
    await writeFile(path, randomBytes(size));
    assert.deepEqual(await cache.verify(), { checked: 3, removed: 1, reclaimed_bytes: size });
    assert.deepEqual(await cache.verify(), { checked: 2, removed: 0, reclaimed_bytes: 0 });
    assert.deepEqual(await cache.clear(), { entries: 2, size_bytes: 6000 - size });
    assert.equal((await cache.info()).entries, 0);
  });

  it('is its user’s alone', async function () {
    if (process.platform === 'win32') this.skip();
    const { client } = await caching();
    await pull(client, (await push(randomBytes(1000))).document_id);
    const contents = join(cacheFolder(), 'contents');
    assert.equal((await stat(contents)).mode & 0o777, 0o700);
    await chmod(contents, 0o755);
    await pull(client, (await push(randomBytes(1000))).document_id);
    assert.equal((await stat(contents)).mode & 0o777, 0o700);
  });

  it('stays within its bounds, and lets go first of what was not used for the longest time', async () => {
    const { client, cache } = await caching({ maxBytes: 10 * MEBIBYTE });
    const kept = await push(randomBytes(MEBIBYTE));
    await pull(client, kept.document_id);
    const others: Document[] = [];
    for (let count = 0; count < 14; count++) {
      const document = await push(randomBytes(MEBIBYTE));
      others.push(document);
      await pull(client, document.document_id);
      await pull(client, kept.document_id);
      assert((await cache.info()).size_bytes <= 10 * MEBIBYTE);
    }
    assert((await cache.info()).entries >= 6);
    assert.equal((await pull(client, kept.document_id)).fromCache, true);
    assert.equal((await pull(client, others.at(-1)?.document_id ?? '')).fromCache, true);
    assert.equal((await pull(client, others[0]?.document_id ?? '')).fromCache, false);
    await assertUnheld(cache, randomBytes(11 * MEBIBYTE));
  });

  async function assertUnheld(cache: NodeContentCache, content: Buffer): Promise<void> {
    const { document_id: id, checksum_sha256 } = await push(content);
    await pull(new DocumentClient({ baseUrl: baseUrl(), cache }), id);
    assert.equal(await cache.holds(checksum_sha256), false, 'what is larger than the cache is not kept');
  }

  it('serves several processes at once, while others verify and clear it', async function () {
    this.timeout(60_000);
    const ids: string[] = [];
    for (let count = 0; count < 20; count++) ids.push((await push(randomBytes(50_000))).document_id);
    const { cache } = await caching();
    const pulls = Array.from({ length: 4 }, () =>
      promisify(execFile)(process.execPath, [PROGRAM, baseUrl(), cacheFolder(), ...ids]),
    );
    const all = Promise.all(pulls);
    for (let over = false; !over;) {
      over = await Promise.race([
        all.then(() => true),
        new Promise<false>((resolve) => setTimeout(resolve, 30, false)),
      ]);
      await cache.verify();
      if (!over) await cache.clear();
    }
    for (const { stdout, stderr } of await all) assert.deepEqual([stdout, stderr], ['60 pulled\n', '']);
    const { errors, client } = await caching();
    for (const id of ids) await pull(client, id);
    for (const id of ids) assert.equal((await pull(client, id)).fromCache, true);
    assert.deepEqual(errors, []);
  });
});
