import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';

import {
  answerJson,
  answerProblem,
  bytesOf,
  contentHeaders,
  sampleDocument,
  serveContent,
  until,
  useLoopbackServers,
} from '../test/loopback-server.js';
import {
  DocumentClient,
  IdleTimeoutError,
  IntegrityError,
  ProblemError,
  ResponseError,
  type TransferProgress,
} from './index.js';

const ID = sampleDocument.document_id;
const content = randomBytes(300_000);
const etag = contentHeaders(content)['etag'] ?? '';

/** The headers of a content whose length something on the way has taken away. */
function withoutLength(bytes: Uint8Array): Record<string, string> {
  return Object.fromEntries(Object.entries(contentHeaders(bytes)).filter(([name]) => name !== 'content-length'));
}

describe('download', () => {
  const listen = useLoopbackServers();

  it('gives the facts, the progress and the verified bytes', async () => {
    const requests: IncomingMessage[] = [];
    const baseUrl = await listen(serveContent(content, { requests }));
    const seen: TransferProgress[] = [];
    const client = new DocumentClient({ baseUrl, apiKey: 'secret', headers: { 'x-team': 'blue' } });
    const { body, blob, ...facts } = await client.download(ID, { onProgress: (progress) => seen.push(progress) });
    assert.deepEqual(facts, {
      status: 200,
      documentId: ID,
      version: 1,
      name: 'System Architecture',
      filename: 'architecture.md',
      fromCache: false,
      mimeType: 'text/markdown',
      sizeBytes: content.byteLength,
      etag,
      checksumSha256: etag.replaceAll('"', ''),
    });
    assert(content.equals(await bytesOf(body)));
    assert.equal(typeof blob, 'function');
    assert.deepEqual(seen[0], { transferredBytes: 0, totalBytes: content.byteLength });
    assert.deepEqual(seen.at(-1), { transferredBytes: content.byteLength, totalBytes: content.byteLength });
    const { headers = {}, url } = requests[0] ?? {};
    assert.equal(url, `/documents/${ID}`);
    assert.equal(headers.authorization, 'Bearer secret');
    assert.equal(headers['x-team'], 'blue');
    assert.equal(headers['accept-encoding'], 'identity');
  });

  it('gives an empty content', async () => {
    const baseUrl = await listen(serveContent(Buffer.alloc(0), {}));
    const client = new DocumentClient({ baseUrl });
    assert.equal((await bytesOf((await client.download(ID)).body)).byteLength, 0);
    assert.equal((await (await client.download(ID)).blob()).size, 0);
  });

  it('gives a Blob of the right type', async () => {
    const baseUrl = await listen(serveContent(Buffer.from('# Title\n'), {}));
    const blob = await (await new DocumentClient({ baseUrl }).download(ID)).blob();
    assert.equal(blob.type, 'text/markdown');
    assert.equal(await blob.text(), '# Title\n');
  });

  it('gives a part, unverified, with the size of the whole', async () => {
    const requests: IncomingMessage[] = [];
    const baseUrl = await listen(serveContent(content, { requests }));
    const client = new DocumentClient({ baseUrl });
    const part = await client.download(ID, { range: { start: 10, end: 19 } });
    assert.equal(part.status, 206);
    assert.equal(part.sizeBytes, content.byteLength);
    assert((await bytesOf(part.body)).equals(content.subarray(10, 20)));
    const tail = await client.download(ID, { range: { start: content.byteLength - 5 } });
    assert((await bytesOf(tail.body)).equals(content.subarray(-5)));
    assert.deepEqual(
      requests.map((request) => request.headers.range),
      ['bytes=10-19', `bytes=${content.byteLength - 5}-`],
    );
    for (const range of [{ start: -1 }, { start: 5, end: 4 }, { start: 0.5 }, { start: 0, end: Infinity }]) {
      await assert.rejects(client.download(ID, { range }), RangeError);
    }
  });

  it('says when the content is what the caller has', async () => {
    const baseUrl = await listen((request, response) => {
      if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
      else serveContent(content, {})(request, response);
    });
    const client = new DocumentClient({ baseUrl });
    const same = await client.download(ID, { ifNoneMatch: etag });
    assert.deepEqual(same, { status: 304, documentId: ID, etag, body: null });
    const other = await client.download(ID, { ifNoneMatch: '"other"' });
    assert(other.status === 200);
    await other.body.cancel();
  });

  it('rejects when the bytes are not what the digest says', async () => {
    const damaged = Buffer.from(content);
    damaged[1000] = (damaged[1000] ?? 0) ^ 1;
    const answers: RequestListener[] = [
      (_request, response) => response.writeHead(200, contentHeaders(content)).end(damaged),
      // Without a length, only the digest tells that the end is missing.
      (_request, response) => {
        response.writeHead(200, withoutLength(content)).end(content.subarray(0, 1000));
      },
    ];
    for (const answer of answers) {
      const baseUrl = await listen((request, response) => {
        if (request.url?.includes('/metadata')) answerJson(response, sampleDocument);
        else answer(request, response);
      });
      const client = new DocumentClient({ baseUrl });
      await assert.rejects(bytesOf((await client.download(ID)).body), (error: unknown) => {
        assert(error instanceof IntegrityError);
        assert.equal(error.expected, etag.replaceAll('"', ''));
        assert.match(error.actual, /^[0-9a-f]{64}$/);
        assert.notEqual(error.actual, error.expected);
        return true;
      });
      await assert.rejects((await client.download(ID)).blob(), IntegrityError);
    }
  });

  it('asks the metadata for the size when the answer does not tell it', async () => {
    const baseUrl = await listen((request, response) => {
      if (request.url?.includes('/metadata')) return answerJson(response, { ...sampleDocument, size_bytes: 7 });
      response.writeHead(200, withoutLength(Buffer.from('content'))).end('content');
    });
    const download = await new DocumentClient({ baseUrl }).download(ID);
    assert.equal(download.sizeBytes, 7);
    assert.equal(await (await download.blob()).text(), 'content');
  });

  it('gives up a content that stops coming, and waits for a slow reader', async () => {
    const stalling = await listen((_request, response) => {
      response.writeHead(200, contentHeaders(content)).write(content.subarray(0, 1000));
    });
    const stalled = await new DocumentClient({ baseUrl: stalling, idleTimeoutMs: 100 }).download(ID);
    await assert.rejects(bytesOf(stalled.body), IdleTimeoutError);

    const large = randomBytes(8 * 1024 * 1024);
    const baseUrl = await listen(serveContent(large, {}));
    const { body } = await new DocumentClient({ baseUrl, idleTimeoutMs: 150 }).download(ID);
    const reader = body.getReader();
    const first = await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 400));
    let received = first.value?.byteLength ?? 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) received += next.value.byteLength;
    assert.equal(received, large.byteLength);
  });

  it('can be aborted and cancelled on the way, which ends the transfer', async () => {
    const reason = new Error('The caller has had enough.');
    let closed = 0;
    const baseUrl = await listen((request, response) => {
      request.socket.on('close', () => closed++);
      response.writeHead(200, contentHeaders(content)).write(content.subarray(0, 1000));
    });
    const client = new DocumentClient({ baseUrl });
    const controller = new AbortController();
    const { body } = await client.download(ID, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 30);
    await assert.rejects(bytesOf(body), reason);
    await until(() => closed === 1);
    await (await client.download(ID)).body.cancel();
    await until(() => closed === 2);
  });

  it('rejects with the server’s problem, and with no content for a foreign answer', async () => {
    const missing = await listen((_request, response) => answerProblem(response, 404, 'document_not_found'));
    await assert.rejects(new DocumentClient({ baseUrl: missing }).download(ID), ProblemError);
    const foreign = await listen((_request, response) => response.writeHead(200, { 'content-length': '2' }).end('hi'));
    await assert.rejects(new DocumentClient({ baseUrl: foreign }).download(ID), ResponseError);
  });

  it('never asks another path for an id that is none', async () => {
    let requests = 0;
    const baseUrl = await listen((_request, response) => {
      requests++;
      response.end();
    });
    const client = new DocumentClient({ baseUrl });
    for (const id of ['', '.', '..']) {
      for (const call of [client.download(id), client.get(id), client.delete(id), client.update(id, { name: 'x' })]) {
        await assert.rejects(call, /^TypeError: ".*" is not a document id/);
      }
    }
    assert.equal(requests, 0);
  });
});
