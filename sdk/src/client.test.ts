import assert from 'node:assert/strict';

import { answerJson, recordRequests, sampleDocument, useLoopbackServers } from '../test/loopback-server.js';
import { DocumentClient } from './index.js';

const ID = sampleDocument.document_id;

describe('DocumentClient', () => {
  const listen = useLoopbackServers();

  it('knows the server of this machine unless told otherwise', () => {
    assert.equal(new DocumentClient().baseUrl, 'http://127.0.0.1:8766');
    assert.equal(
      new DocumentClient({ baseUrl: 'https://docs.example.com/store//' }).baseUrl,
      'https://docs.example.com/store',
    );
  });

  it('refuses options that cannot work', () => {
    for (const baseUrl of [
      '',
      'localhost:8766',
      'ftp://host',
      'http://user:pass@host',
      'http://host/?a=1',
      'http://host/#a',
    ]) {
      assert.throws(() => new DocumentClient({ baseUrl }), TypeError, baseUrl);
    }
    for (const idleTimeoutMs of [0, -1, NaN]) assert.throws(() => new DocumentClient({ idleTimeoutMs }), RangeError);
    for (const retries of [-1, 0.5, NaN]) assert.throws(() => new DocumentClient({ retries }), RangeError);
    assert(new DocumentClient({ idleTimeoutMs: Infinity, retries: 0 }));
  });

  async function answering(value: unknown) {
    const { baseUrl, requests } = await recordRequests(listen, (response) => answerJson(response, value));
    return { client: new DocumentClient({ baseUrl: `${baseUrl}/base`, idleTimeoutMs: Infinity }), requests };
  }

  it('reads, changes and deletes a document', async () => {
    const { client, requests } = await answering(sampleDocument);
    assert.deepEqual(await client.get(ID), sampleDocument);
    assert.deepEqual(await client.update(ID, { tags: ['a', 'b'], description: 'Größe' }), sampleDocument);
    assert.equal(await client.delete(ID), undefined);
    assert.deepEqual(
      requests.map(({ method, url, body }) => [method, url, body]),
      [
        ['GET', `/base/documents/${ID}/metadata`, ''],
        ['PATCH', `/base/documents/${ID}`, '{"tags":["a","b"],"description":"Größe"}'],
        ['DELETE', `/base/documents/${ID}`, ''],
      ],
    );
    assert.equal(requests[1]?.headers['content-type'], 'application/json');
  });

  it('names the document that it reads or changes as exactly as the caller does', async () => {
    const { client, requests } = await answering(sampleDocument);
    await client.get(ID, { version: 2 });
    await client.update(ID, { name: 'Other' }, { ifMatch: '"7"' });
    assert.deepEqual(
      requests.map(({ url, headers }) => [url, headers['if-match']]),
      [
        [`/base/documents/${ID}/metadata?version=2`, undefined],
        [`/base/documents/${ID}`, '"7"'],
      ],
    );
  });

  it('leaves strange ids to the server, on the document’s own path', async () => {
    const { client, requests } = await answering(sampleDocument);
    await client.get('../../health?x#y');
    assert.equal(requests[0]?.url, '/base/documents/..%2F..%2Fhealth%3Fx%23y/metadata');
  });

  it('asks for documents as the contract writes filters', async () => {
    const { client, requests } = await answering([sampleDocument]);
    assert.deepEqual(await client.query(), { documents: [sampleDocument] });
    await client.query({ name: 'a&b +ü', tags: ['design', 'x/y z'], limit: 10, cursor: 'abc' });
    await client.query({ name: '', tags: [] });
    assert.deepEqual(
      requests.map(({ url }) => url),
      [
        '/base/documents',
        '/base/documents?name=a%26b%20%2B%C3%BC&tags=design,x%2Fy%20z&limit=10&cursor=abc',
        '/base/documents?name=',
      ],
    );
    await assert.rejects(client.query({ tags: ['a,b'] }), /^TypeError: The tag "a,b"/);
  });

  it('follows the pages as they are asked for', async () => {
    const urls: (string | undefined)[] = [];
    const baseUrl = await listen((request, response) => {
      urls.push(request.url);
      const page = Number(new URL(request.url ?? '', 'http://base').searchParams.get('cursor') ?? 0);
      const documents = [1, 2].map((index) => ({ ...sampleDocument, name: `${page}.${index}` }));
      const next = `</documents?limit=2&tags=a&cursor=${page + 1}>; rel="next"`;
      answerJson(response, documents, 200, page < 2 ? { link: next } : {});
    });
    const client = new DocumentClient({ baseUrl });
    assert.equal((await client.query({ limit: 2 })).cursor, '1');
    urls.length = 0;
    const names: string[] = [];
    for await (const { name } of client.queryAll({ tags: ['a'], limit: 2 })) names.push(name);
    assert.deepEqual(names, ['0.1', '0.2', '1.1', '1.2', '2.1', '2.2']);
    assert.deepEqual(urls, [
      '/documents?tags=a&limit=2',
      '/documents?tags=a&limit=2&cursor=1',
      '/documents?tags=a&limit=2&cursor=2',
    ]);
    urls.length = 0;
    for await (const { name } of client.queryAll()) if (name === '0.2') break;
    assert.equal(urls.length, 1, 'no page is fetched ahead');
  });

  it('uses the fetch that it is given, or the global one of the moment', async () => {
    const answer = (): Promise<Response> =>
      Promise.resolve(Response.json({ status: 'ok', version: '0.1.0', uptime_seconds: 1 }));
    assert.equal((await new DocumentClient({ fetch: answer }).health()).version, '0.1.0');
    const client = new DocumentClient();
    const original = globalThis.fetch;
    globalThis.fetch = answer;
    try {
      assert.equal((await client.health()).status, 'ok');
    } finally {
      globalThis.fetch = original;
    }
  });
});
