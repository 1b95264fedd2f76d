import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';

import {
  answerJson,
  bytesOf,
  contentHeaders,
  sampleDocument,
  serveContent,
  useLoopbackServers,
} from '../test/loopback-server.js';
import { type ContentCache, DocumentClient, NetworkError } from './index.js';

const ID = sampleDocument.document_id;
const content = randomBytes(300_000);
const digest = createHash('sha256').update(content).digest('hex');
const etag = `"${digest}"`;

/** A cache that holds one content, whatever the key; with something else in the place of some of its methods. */
function cacheOf(instead: Partial<ContentCache> = {}): ContentCache {
  return {
    digestOf: () => Promise.resolve(digest),
    holds: () => Promise.resolve(true),
    open: () => Promise.resolve({ sizeBytes: content.byteLength, body: new Blob([content]).stream() }),
    writer: () => Promise.resolve(undefined),
    ...instead,
  };
}

describe('a download with a cache', () => {
  const listen = useLoopbackServers();

  /** A server that says 304 with these headers, and otherwise gives the content. */
  async function serving(unchanged: Record<string, string>, metadata: object = {}) {
    const asked: string[] = [];
    const whole = serveContent(content, {});
    const answer: RequestListener = (request, response) => {
      const condition = request.headers['if-none-match'];
      asked.push(`${request.url?.slice(`/documents/${ID}`.length) ?? ''} ${condition ?? ''}`.trim());
      if (request.url?.endsWith('/metadata')) {
        answerJson(response, { ...sampleDocument, checksum_sha256: digest, ...metadata });
      } else if (condition?.includes(etag)) response.writeHead(304, unchanged).end();
      else whole(request, response);
    };
    return { baseUrl: await listen(answer), asked };
  }

  it('makes one request, and takes what the document is now out of its answer', async () => {
    const { baseUrl, asked } = await serving(contentHeaders(content, { 'x-document-version': '7' }));
    const download = await new DocumentClient({ baseUrl, cache: cacheOf() }).download(ID);
    assert.deepEqual([download.fromCache, download.version, download.mimeType], [true, 7, 'text/markdown']);
    assert(content.equals(await bytesOf(download.body)));
    assert.deepEqual(asked, [etag]);
  });

  it('asks for the metadata where something on the way has taken that out', async () => {
    const { baseUrl, asked } = await serving({ etag }, { version: 7, name: 'Renamed' });
    const download = await new DocumentClient({ baseUrl, cache: cacheOf() }).download(ID);
    assert.deepEqual([download.fromCache, download.version, download.name], [true, 7, 'Renamed']);
    assert(content.equals(await bytesOf(download.body)));
    assert.deepEqual(asked, [etag, '/metadata']);
  });

  it('fetches what has got another content between the two', async () => {
    const { baseUrl, asked } = await serving({ etag }, { checksum_sha256: '0'.repeat(64) });
    const download = await new DocumentClient({ baseUrl, cache: cacheOf() }).download(ID);
    assert.equal(download.fromCache, false);
    await download.body.cancel();
    assert.deepEqual(asked, [etag, '/metadata', '']);
  });

  it('offers every content that it may be', async () => {
    const { baseUrl, asked } = await serving(contentHeaders(content));
    const believed = 'f'.repeat(64);
    const client = new DocumentClient({ baseUrl, cache: cacheOf() });
    await (await client.download(ID, { checksumSha256: believed })).body.cancel();
    await (await client.download(ID, { checksumSha256: digest })).body.cancel();
    const without = new DocumentClient({ baseUrl, cache: cacheOf({ digestOf: () => Promise.resolve(undefined) }) });
    await (await without.download(ID, { checksumSha256: believed })).body.cancel();
    assert.deepEqual(asked, [`${etag}, "${believed}"`, etag, `"${believed}"`]);
  });

  it('is not held up by a cache that fails, wherever it fails', async () => {
    const { baseUrl } = await serving(contentHeaders(content));
    const fail = (): Promise<never> => Promise.reject(new Error('The cache is broken.'));
    const throwing = (at: 'write' | 'close' | 'start'): ContentCache['writer'] => {
      return () => Promise.resolve(new WritableStream<Uint8Array>({ [at]: fail }));
    };
    const unheld = { digestOf: () => Promise.resolve(undefined) };
    const broken: Partial<ContentCache>[] = [
      { digestOf: fail, holds: fail, open: fail, writer: fail },
      { open: fail },
      { ...unheld, writer: throwing('start') },
      { ...unheld, writer: throwing('write') },
      { ...unheld, writer: throwing('close') },
    ];
    for (const instead of broken) {
      const client = new DocumentClient({ baseUrl, cache: cacheOf(instead) });
      const download = await client.download(ID, { checksumSha256: instead.holds ? digest : undefined });
      assert.equal(download.fromCache, false);
      assert(content.equals(await bytesOf(download.body)));
    }
  });

  it('gives a cache whole and verified contents only', async () => {
    const ends: string[] = [];
    const writer: ContentCache['writer'] = (keys, checksum, sizeBytes) => {
      assert.deepEqual([checksum, sizeBytes, keys.length], [digest, content.byteLength, 2]);
      return Promise.resolve(
        new WritableStream<Uint8Array>({
          close: () => void ends.push('closed'),
          abort: () => void ends.push('aborted'),
        }),
      );
    };
    const cache = cacheOf({ digestOf: () => Promise.resolve(undefined), writer });
    const pull = async (answer: RequestListener): Promise<Buffer> => {
      const client = new DocumentClient({ baseUrl: await listen(answer), cache, retries: 0 });
      return await bytesOf((await client.download(ID)).body);
    };
    await pull(serveContent(content, {}));
    await assert.rejects(pull(serveContent(content, { cutAt: () => 1000 })), NetworkError);
    const damaged = Buffer.from(content).fill(0, 0, 1000);
    await assert.rejects(
      pull((_request, response) => response.writeHead(200, contentHeaders(content)).end(damaged)),
      { name: 'IntegrityError' },
    );
    assert.deepEqual(ends, ['closed', 'aborted', 'aborted']);
  });
});
