import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import {
  answerProblem,
  bytesOf,
  contentHeaders,
  sampleDocument,
  serveContent,
  useLoopbackServers,
} from '../test/loopback-server.js';
import { DocumentClient, NetworkError, ProblemError, type TransferProgress } from './index.js';

const ID = sampleDocument.document_id;
const content = randomBytes(300_000);
const etag = contentHeaders(content)['etag'] ?? '';

describe('a download that is cut', () => {
  const listen = useLoopbackServers();

  it('goes on where a lost connection has cut it', async () => {
    const requests: IncomingMessage[] = [];
    const baseUrl = await listen(serveContent(content, { requests, cutAt: (n) => (n <= 2 ? 100_000 : undefined) }));
    const seen: TransferProgress[] = [];
    const { body } = await new DocumentClient({ baseUrl }).download(ID, { onProgress: (step) => seen.push(step) });
    assert(content.equals(await bytesOf(body)));
    assert.deepEqual(
      requests.map((request) => [request.headers.range, request.headers['if-range']]),
      [
        [undefined, undefined],
        ['bytes=100000-', etag],
        ['bytes=200000-', etag],
      ],
    );
    assert.equal(seen.at(-1)?.transferredBytes, content.byteLength);
    // The document may have another version by now, and the one that was begun is to be had all the same.
    assert.deepEqual(
      requests.map(({ url }) => url),
      [`/documents/${ID}`, `/documents/${ID}/versions/1`, `/documents/${ID}/versions/1`],
    );
  });

  it('asks for the version that the caller wants, to the end', async () => {
    const requests: IncomingMessage[] = [];
    const cutAt = (n: number): number | undefined => (n === 1 ? 50 : undefined);
    const baseUrl = await listen(serveContent(content, { requests, cutAt, version: '7' }));
    const { body, version } = await new DocumentClient({ baseUrl }).download(ID, { version: 7 });
    assert.equal(version, 7);
    assert(content.equals(await bytesOf(body)));
    assert.deepEqual(
      requests.map(({ url, headers }) => [url, headers.range, headers['if-range']]),
      [
        [`/documents/${ID}/versions/7`, undefined, undefined],
        [`/documents/${ID}/versions/7`, 'bytes=50-', etag],
      ],
    );
  });

  it('tells a version that retention has removed meanwhile', async () => {
    const baseUrl = await listen((request, response) => {
      if (request.url?.includes('/versions/')) answerProblem(response, 410, 'version_removed');
      else serveContent(content, { cutAt: () => 1000 })(request, response);
    });
    const { body } = await new DocumentClient({ baseUrl }).download(ID);
    await assert.rejects(bytesOf(body), (error: unknown) => {
      return error instanceof ProblemError && error.code === 'version_removed';
    });
  });

  it('goes on within a part', async () => {
    const requests: IncomingMessage[] = [];
    const baseUrl = await listen(serveContent(content, { requests, cutAt: (n) => (n === 1 ? 50 : undefined) }));
    const { body } = await new DocumentClient({ baseUrl }).download(ID, { range: { start: 1000, end: 1999 } });
    assert((await bytesOf(body)).equals(content.subarray(1000, 2000)));
    assert.equal(requests[1]?.headers.range, 'bytes=1050-1999');
  });

  it('does not go on with another content, without retries, or without progress for ever', async () => {
    const changed = await listen((request, response) => {
      if (request.headers['if-range'])
        serveContent(randomBytes(300_000), {})({ ...request, headers: {} } as never, response);
      else serveContent(content, { cutAt: () => 1000 })(request, response);
    });
    const requests: IncomingMessage[] = [];
    const cutting = await listen(serveContent(content, { requests, cutAt: (n) => (n === 1 ? 1000 : 0) }));
    const attempts: [DocumentClient, number][] = [
      [new DocumentClient({ baseUrl: changed, retries: 1 }), 0],
      [new DocumentClient({ baseUrl: cutting, retries: 0 }), 1],
      [new DocumentClient({ baseUrl: cutting, retries: 1 }), 2],
    ];
    for (const [client, expected] of attempts) {
      requests.length = 0;
      const { body } = await client.download(ID);
      await assert.rejects(bytesOf(body), NetworkError);
      assert.equal(requests.length, expected);
    }
  });
});
