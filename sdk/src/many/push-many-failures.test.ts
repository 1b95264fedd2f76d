import assert from 'node:assert/strict';

import { many, type OnBatch, startStoring } from '../../test/batch-server.js';
import { answerProblem, unusedUrl, useLoopbackServers } from '../../test/loopback-server.js';
import { DocumentClient, NetworkError, ProblemError, type PushItem, type PushResult } from '../index.js';

describe('pushMany, when something goes wrong', () => {
  const listen = useLoopbackServers();
  const storing = (answer?: OnBatch) => startStoring(listen, answer);

  it('never sends a batch again whose connection was lost, and says that it may have been stored', async () => {
    const { baseUrl, batches } = await storing(({ items }, _response, request) => {
      if (items[0]?.original_filename !== '0.txt') return false;
      request.socket.destroy();
      return true;
    });
    const results = await new DocumentClient({ baseUrl, retries: 5 }).pushMany(many(510));
    assert.equal(batches.length, 2);
    for (const { index, error, document } of results) {
      if (index >= 500) assert(document);
      else assert(error instanceof NetworkError && !error.refused && /may have been stored or not/.test(error.message));
    }
  });

  it('sends it again when the server says that it has done nothing', async () => {
    let attempts = 0;
    const { baseUrl } = await storing((_batch, response) => {
      if (attempts++ > 0) return false;
      answerProblem(response, 503, 'unavailable', { 'retry-after': '0' });
      return true;
    });
    const results = await new DocumentClient({ baseUrl }).pushMany(many(3));
    assert(results.every(({ document }) => document));
    assert.equal(attempts, 2);
  });

  it('sends what is too large together in parts', async () => {
    const { baseUrl, batches } = await storing(({ items }, response) => {
      const isTooLarge = items.length > 2 || items.some(({ original_filename }) => original_filename === '4.txt');
      if (isTooLarge) answerProblem(response, 413, 'file_too_large');
      return isTooLarge;
    });
    const results = await new DocumentClient({ baseUrl }).pushMany(many(7));
    assert.deepEqual(
      results.map(
        ({ error, document }) => document?.original_filename ?? (error instanceof ProblemError ? error.code : error),
      ),
      ['0.txt', '1.txt', '2.txt', '3.txt', 'file_too_large', '5.txt', '6.txt'],
    );
    assert.deepEqual(
      batches.map(({ items }) => items.length),
      [7, 4, 2, 2, 3, 2, 1, 1, 1],
    );
  });

  it('rejects when the server cannot be reached at all, and tries no more then', async () => {
    let taken = 0;
    function* items(): Generator<PushItem> {
      for (const item of many(3000)) {
        taken++;
        yield item;
      }
    }
    const client = new DocumentClient({ baseUrl: await unusedUrl(), retries: 0 });
    const isRefused = (error: unknown): boolean => error instanceof NetworkError && error.refused;
    await assert.rejects(client.pushMany(items()), isRefused);
    assert.equal(taken, 3000);
    await assert.rejects(client.pushMany([{ source: new Blob(['x']).stream(), filename: 'a' }]), isRefused);
  });

  it('tells what was stored when the server goes away in the middle', async () => {
    const gone = await unusedUrl();
    const { baseUrl, batches } = await storing();
    const client = new DocumentClient({
      baseUrl,
      retries: 0,
      fetch: (input, init) => fetch(batches.length === 0 ? input : new URL(gone), init),
    });
    const results = await client.pushMany(many(1200), { concurrency: 1 });
    assert.deepEqual(
      [0, 499, 500, 1199].map((index) => results[index]?.error?.name),
      [undefined, undefined, 'NetworkError', 'NetworkError'],
    );
  });

  it('stops on abort', async () => {
    const controller = new AbortController();
    const reason = new Error('The caller has had enough.');
    const { baseUrl, batches } = await storing(() => {
      setTimeout(() => controller.abort(reason), 10);
      return true;
    });
    let taken = 0;
    function* items(): Generator<PushItem> {
      for (const item of many(5000)) {
        taken++;
        yield item;
      }
    }
    const push = new DocumentClient({ baseUrl }).pushMany(items(), { signal: controller.signal, concurrency: 1 });
    await assert.rejects(push, reason);
    assert.equal(batches.length, 1);
    assert(taken <= 1001);
    const aborted = new DocumentClient({ baseUrl }).pushMany(many(1), { signal: AbortSignal.abort(reason) });
    await assert.rejects(aborted, reason);
    assert.equal(batches.length, 1);
  });

  it('passes on what the caller’s own items throw, when what is under way has ended', async () => {
    const { baseUrl, batches } = await storing();
    function* items(): Generator<PushItem> {
      yield* many(501);
      throw new Error('No more.');
    }
    const results: PushResult[] = [];
    const push = new DocumentClient({ baseUrl }).pushMany(items(), { onResult: (result) => results.push(result) });
    await assert.rejects(push, /^Error: No more\.$/);
    assert.deepEqual([batches.length, results.length], [1, 500]);
  });
});
