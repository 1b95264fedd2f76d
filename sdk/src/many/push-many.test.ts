import assert from 'node:assert/strict';

import { answerStored, many, type OnBatch, small, startStoring } from '../../test/batch-server.js';
import { answerJson, sampleDocument, unusedUrl, useLoopbackServers } from '../../test/loopback-server.js';
import { DocumentClient, ProblemError, type PushItem, type TransferProgress } from '../index.js';

describe('pushMany', () => {
  const listen = useLoopbackServers();
  const storing = (answer?: OnBatch) => startStoring(listen, answer);

  it('sends small files together and large ones alone, and answers in the items’ order', async () => {
    const { baseUrl, batches, alone } = await storing();
    const items = [
      ...many(501),
      { source: new Blob([new Uint8Array(1024 * 1024)]), filename: 'large.bin' },
      small(502),
    ];
    const results = await new DocumentClient({ baseUrl }).pushMany(items);
    assert.deepEqual(
      batches.map(({ items, files }) => [items.length, files]),
      [
        [500, 500],
        [2, 2],
      ],
    );
    assert.equal(alone(), 1);
    assert.deepEqual(
      results.map(({ index }) => index),
      items.map((_item, index) => index),
    );
    for (const [index, { item, document }] of results.entries()) {
      assert.equal(item, items[index]);
      if (index !== 501) assert.equal(document?.original_filename, item.filename);
    }
  });

  it('keeps batches small, and no more of them than are sent at once', async () => {
    let under = 0;
    let most = 0;
    const { baseUrl, batches } = await storing((batch, response) => {
      most = Math.max(most, ++under);
      setTimeout(() => {
        under--;
        answerStored(batch, response);
      }, 30);
      return true;
    });
    let taken = 0;
    function* items(): Generator<PushItem> {
      for (const item of many(60, 1024 * 1024 - 1)) {
        taken++;
        const answered = batches.length - under;
        assert(taken <= 8 * (answered + 2 + 2), `${taken} items were taken when ${answered} batches were done`);
        yield item;
      }
    }
    const results = await new DocumentClient({ baseUrl }).pushMany(items(), { concurrency: 2 });
    assert.equal(results.length, 60);
    assert.deepEqual(
      // Two are under way at once, and may arrive in either order.
      batches.map(({ items }) => items.length).sort((a, b) => b - a),
      [8, 8, 8, 8, 8, 8, 8, 4],
    );
    assert.equal(most, 2);
  });

  it('names what each file is in the manifest, with its digest', async () => {
    const { baseUrl, batches } = await storing();
    async function* items(): AsyncGenerator<PushItem> {
      await Promise.resolve();
      yield { source: new File(['a'], 'größe "x".md', { type: 'text/markdown' }), name: 'A', tags: ['x', 'y'] };
      yield { source: Buffer.from('b'), filename: '__proto__', contentType: 'x/y', description: 'Two\nlines.' };
    }
    await new DocumentClient({ baseUrl }).pushMany(items());
    assert.deepEqual(batches[0]?.items, [
      {
        file: 'file0',
        checksum_sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
        original_filename: 'größe "x".md',
        mime_type: 'text/markdown',
        name: 'A',
        tags: ['x', 'y'],
      },
      {
        file: 'file1',
        checksum_sha256: '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d',
        original_filename: '__proto__',
        mime_type: 'x/y',
        description: 'Two\nlines.',
      },
    ]);
  });

  it('gives each item its own error', async () => {
    const { baseUrl } = await storing(({ items }, response) => {
      const results = items.map((_item, index) =>
        index === 1
          ? {
              status: 400,
              problem: { code: 'validation_failed', detail: 'No.', errors: [{ location: 'name', message: 'x' }] },
            }
          : { status: 201, document: sampleDocument },
      );
      answerJson(response, { created: 1, failed: 1, results, unexpected_files: [] }, 200, {
        'x-request-id': 'request-7',
      });
      return true;
    });
    const seen: number[] = [];
    const items = [small(0), { source: '/nowhere/at/all' }, { source: Buffer.from('x') }, small(3), small(4)];
    const results = await new DocumentClient({ baseUrl }).pushMany(items, {
      onResult: ({ index }) => seen.push(index),
    });
    assert.deepEqual(
      results.map(({ error }) => error?.name),
      [undefined, 'Error', 'TypeError', 'ProblemError', undefined],
    );
    assert.match(results[1]?.error?.message ?? '', /^ENOENT/);
    const refused = results[3]?.error;
    assert(refused instanceof ProblemError);
    const { code, status, requestId, problem, message } = refused;
    assert.deepEqual(
      [code, status, requestId, message, problem.errors],
      ['validation_failed', 400, 'request-7', 'No.', [{ location: 'name', message: 'x' }]],
    );
    assert.deepEqual(seen.sort(), [0, 1, 2, 3, 4]);
  });

  it('reports progress over all, and the total when it is known', async () => {
    const { baseUrl } = await storing();
    const seen: TransferProgress[] = [];
    const items = [
      ...many(3, 100_000),
      { source: Buffer.alloc(2_000_000), filename: 'large.bin' },
      { source: 'nowhere' },
    ];
    await new DocumentClient({ baseUrl }).pushMany(items, { onProgress: (progress) => seen.push(progress) });
    assert.deepEqual(seen.at(-1), { transferredBytes: 2_300_000, totalBytes: 2_300_000 });
    for (const [index, { transferredBytes, totalBytes }] of seen.entries()) {
      assert(transferredBytes >= (seen[index - 1]?.transferredBytes ?? 0));
      assert(totalBytes === undefined || totalBytes === 2_300_000);
    }
    seen.length = 0;
    const streamed = { source: new Blob(['12345']).stream(), filename: 'a' };
    await new DocumentClient({ baseUrl }).pushMany([streamed], { onProgress: (progress) => seen.push(progress) });
    assert.deepEqual(seen.at(-1), { transferredBytes: 5 });
  });

  it('takes nothing for nothing, and no nonsense', async () => {
    const client = new DocumentClient({ baseUrl: await unusedUrl() });
    assert.deepEqual(await client.pushMany([]), []);
    for (const concurrency of [0, 1.5, NaN]) await assert.rejects(client.pushMany([], { concurrency }), RangeError);
  });
});
