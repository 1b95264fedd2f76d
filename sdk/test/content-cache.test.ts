import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { contentEtag, FileExistsError } from '../src/index.js';
import { pull, useCaches } from './caches.js';
import { bytesOf } from './loopback-server.js';

const MEBIBYTE = 1024 * 1024;

describe('a content cache, against the server', () => {
  const { push, caching, folder, cacheFolder, pushing } = useCaches();

  for (const size of [10, 3 * MEBIBYTE]) {
    it(`holds what was pulled, so that ${size} bytes are sent once`, async () => {
      const content = randomBytes(size);
      const document = await push(content, 'größe.bin');
      const { client, received, cache, errors } = await caching();
      const first = await client.download(document.document_id);
      assert(content.equals(await bytesOf(first.body)));
      const second = await client.download(document.document_id);
      assert.deepEqual([first.fromCache, second.fromCache], [false, true]);
      const { name, filename, version, sizeBytes, mimeType, etag, checksumSha256, status } = first;
      assert.deepEqual(
        [second.name, second.filename, second.version, second.sizeBytes, second.mimeType],
        [name, filename, version, sizeBytes, mimeType],
      );
      assert.deepEqual([second.etag, second.checksumSha256, second.status], [etag, checksumSha256, status]);
      assert(content.equals(await bytesOf(second.body)));
      assert.deepEqual(received, { bytes: size, statuses: [200, 304] });

      const path = join(folder(), 'pulled.bin');
      const pulled = await client.downloadToFile(document.document_id, { path });
      assert.equal(pulled.fromCache, true);
      assert(content.equals(await readFile(path)));
      await assert.rejects(client.downloadToFile(document.document_id, { path }), FileExistsError);
      const blob = await (await client.download(document.document_id, { version: 1 })).blob();
      assert(content.equals(Buffer.from(await blob.arrayBuffer())), 'the version by its number, too');
      assert.equal(received.bytes, size);
      const info = await cache.info();
      assert.deepEqual(info, { folder: cacheFolder(), entries: 1, size_bytes: size, max_bytes: 1024 * MEBIBYTE });
      assert.deepEqual(errors, []);
    });
  }

  it('never gives anything old out for new', async () => {
    const first = await push(Buffer.from('first'));
    const id = first.document_id;
    const { client, received } = await caching();
    await pull(client, id);
    await pushing().createVersion(id, Buffer.from('second'), { ifMatch: contentEtag(first), filename: 'a.bin' });
    const second = await pull(client, id);
    assert.deepEqual([second.fromCache, second.version, second.bytes.toString()], [false, 2, 'second']);
    const back = await pushing().rollback(id, 1, { ifMatch: '*' });
    const third = await pull(client, id);
    assert.deepEqual([third.version, third.bytes.toString()], [back.version, 'first']);
    await pushing().update(id, { name: 'Renamed' });
    const renamed = await client.download(id);
    assert.deepEqual([renamed.name, renamed.fromCache], ['Renamed', true]);
    await renamed.body.cancel();
    assert.equal((await pull(client, id, { version: 2 })).fromCache, true);
    await pushing().delete(id);
    received.statuses.length = 0;
    await assert.rejects(client.download(id), { code: 'document_not_found' });
  });

  it('is of use for a content that is known by its digest alone', async () => {
    const content = randomBytes(1000);
    const [one, other] = [await push(content), await push(content)];
    const { client, received } = await caching();
    await pull(client, one.document_id);
    const hinted = await pull(client, other.document_id, { checksumSha256: other.checksum_sha256 });
    assert.deepEqual([hinted.fromCache, content.equals(hinted.bytes)], [true, true]);
    assert.equal((await pull(client, other.document_id)).fromCache, true, 'and is then known to be the other one, too');
    const wrong = await push(Buffer.from('other content'));
    const misled = await pull(client, wrong.document_id, { checksumSha256: one.checksum_sha256 });
    assert.deepEqual([misled.fromCache, misled.bytes.toString()], [false, 'other content']);
    assert.deepEqual(received.statuses, [200, 304, 304, 200]);
  });

  it('stays out of parts and of conditions of the caller’s own', async () => {
    const document = await push(Buffer.from('0123456789'));
    const id = document.document_id;
    const { client, cache } = await caching();
    const part = await client.download(id, { range: { start: 2, end: 4 } });
    assert.equal(await (await part.blob()).text(), '234');
    assert.equal((await cache.info()).entries, 0);
    await pull(client, id);
    const ranged = await client.download(id, { range: { start: 2, end: 4 } });
    assert.deepEqual([ranged.status, ranged.fromCache, await (await ranged.blob()).text()], [206, false, '234']);
    const known = await client.download(id, { ifNoneMatch: contentEtag(document) });
    assert.deepEqual([known.status, known.body], [304, null]);
  });

  it('keeps nothing of a download that does not come to its end', async () => {
    const { document_id: id } = await push(randomBytes(4 * MEBIBYTE));
    const { client, cache, errors } = await caching();
    const cancelled = await client.download(id);
    const reader = cancelled.body.getReader();
    await reader.read();
    await reader.cancel();
    const { client: cut } = await caching({}, { retries: 0, fetch: cuttingFetch });
    await assert.rejects(pull(cut, id), { name: 'NetworkError' });
    assert.equal((await cache.info()).entries, 0);
    assert.deepEqual(await readdir(join(cacheFolder(), 'contents/tmp')), []);
    assert.deepEqual(errors, []);
  });
});

/** Cuts every body short. */
const cuttingFetch: typeof fetch = async (input, init) => {
  const { body, status, headers } = await fetch(input, init);
  const reader = body?.getReader();
  return new Response(
    new ReadableStream<Uint8Array>({
      async pull(stream) {
        const next = await reader?.read();
        if (next?.value) stream.enqueue(next.value);
        await reader?.cancel();
        stream.error(new TypeError('terminated', { cause: new Error('other side closed') }));
      },
    }),
    { status, headers },
  );
};
