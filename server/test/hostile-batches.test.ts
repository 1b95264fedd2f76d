/** Batches that break off, never end, or are made to hurt. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { filePart, manifest, postBatch, postChanges } from './batch-client.js';
import { find } from './documents-client.js';
import { BOUNDARY, FORM_TYPE, formBody } from './form-body.js';
import { expectProblem } from './problem.js';
import { RawConnection, rawExchange, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

const COUNT = 200;
/** Small files, and some that are on the disk before they end. */
const FORM = formBody(
  manifest({ items: Array.from({ length: COUNT }, (_, index) => ({ file: `f${index}` })) }),
  ...Array.from({ length: COUNT }, (_, index) =>
    filePart(`f${index}`, index % 20 === 7 ? Buffer.alloc(600_000, index) : `file ${index}`),
  ),
);

describe('a hostile batch', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ config: { maxFileBytes: 8 * 1024 * 1024, idleTimeoutSeconds: 0.6 } });
  });
  afterEach(async () => {
    await server.untilNothingIsStaged();
    assert.deepEqual(await find(server, {}), []);
    assert.deepEqual(await server.storedBlobs(), []);
    await request(server.url).get('/health').expect(200);
  });
  after(() => server.close());

  const head = (...headers: string[]): string =>
    requestHead('POST /batch/documents', `Content-Type: ${FORM_TYPE}`, ...headers);

  it('that is cut anywhere leaves nothing', async () => {
    for (const part of [0.001, 0.1, 0.35, 0.5, 0.77, 0.999]) {
      const connection = await RawConnection.open(server.port);
      await connection.write(head(`Content-Length: ${FORM.length}`));
      await connection.write(FORM.subarray(0, Math.floor(FORM.length * part)));
      connection.destroy();
    }
  });

  it('that stops anywhere is told so', async () => {
    const connections = [0.01, 0.5, 0.99].map(async (part) => {
      const connection = await RawConnection.open(server.port);
      await connection.write(head(`Content-Length: ${FORM.length}`));
      await connection.write(FORM.subarray(0, Math.floor(FORM.length * part)));
      expectProblem(await connection.response(), 408, 'request_timeout');
      connection.destroy();
    });
    await Promise.all(connections);
  });

  it('without its end, or with nonsense in the middle, is refused as a whole', async () => {
    const cut = FORM.subarray(0, FORM.length - `--${BOUNDARY}--\r\n`.length - 2);
    const nonsense = Buffer.concat([cut, Buffer.from(`\r\n--${BOUNDARY}\r\n${'x'.repeat(100_000)}`)]);
    for (const body of [cut, nonsense]) {
      const whole = Buffer.concat([Buffer.from(head(`Content-Length: ${body.length}`)), body]);
      expectProblem(await rawExchange(server.port, whole), 400, 'malformed_request');
    }
  });

  it('that is larger than it may be is refused, whether it says so or not', async () => {
    const large = Array.from({ length: 12 }, (_, index) => filePart(`f${index}`, Buffer.alloc(1024 * 1024, index)));
    expectProblem(await postBatch(server, ...large), 413, 'file_too_large');
    const connection = await RawConnection.open(server.port);
    await connection.write(head('Transfer-Encoding: chunked'));
    const body = formBody(...large);
    for (let start = 0; start < body.length && connection.pendingBytes === 0; start += 1_000_000) {
      const piece = body.subarray(start, start + 1_000_000);
      await connection.write(
        Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
      );
    }
    expectProblem(await connection.response(), 413, 'body_too_large');
    connection.destroy();
  });

  it('with a manifest that is made to hurt is refused quickly', async () => {
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    const manifests = [
      `{"items":[${deep}]}`,
      `{"items":[{"tags":[${'"a,",'.repeat(400_000)}1]}]}`,
      `{"items":[{${Array.from({ length: 200_000 }, (_, index) => `"k${index}":1`).join()}}]}`,
      `{"items":[{"name":"${'\\u0000'.repeat(600_000)}"}]}`,
      `{"items":[{"original_filename":"${' '.repeat(3_000_000)}/"}]}`,
    ];
    for (const text of manifests) {
      const started = performance.now();
      const response = await postBatch(server, manifest(text), filePart('a', 'x'));
      const took = performance.now() - started;
      assert.ok(took < 5000, `${text.slice(0, 40)} took ${Math.round(took)} ms`);
      assert.equal(response.status, 200, response.text.slice(0, 300));
      assert.equal((response.body as { failed: number }).failed, 1);
      assert.ok(response.text.length < 20_000, `${response.text.length} characters`);
    }
  });

  it('of changes that is made to hurt is refused quickly', async () => {
    const document_id = 'doc_000000000000';
    for (const operation of [
      { op: 'update', document_id, add_tags: Array<string>(100_000).fill('a,') },
      { op: 'delete', document_id, if_match: `${'"x",'.repeat(2000)}x` },
      { op: 'delete', document_id, if_match: `"${'x'.repeat(8000)}` },
    ]) {
      const started = performance.now();
      expectProblem(await postChanges(server, [operation]), 400, 'validation_failed');
      assert.ok(performance.now() - started < 5000);
    }
  });
});
