import assert from 'node:assert/strict';

import {
  answerJson,
  recordRequests,
  sampleVersion,
  sampleDocument,
  useLoopbackServers,
} from '../test/loopback-server.js';
import { type DeletedDocument, DocumentClient, type Version } from './index.js';

const ID = sampleDocument.document_id;
const sampleDeleted: DeletedDocument = {
  document_id: ID,
  name: 'System Architecture',
  tags: [],
  description: '',
  version: 3,
  uploaded_at: '2026-11-23T10:30:00.000Z',
  deleted_at: '2026-11-24T08:00:00.000Z',
  deleted_by: 'anonymous',
  purge_at: '2026-12-24T08:00:00.000Z',
};

/** The numbers of the versions, as they come. */
async function numbersOf(versions: AsyncIterable<Version | DeletedDocument>): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { version } of versions) numbers.push(version);
  return numbers;
}

describe('listings of versions and of the trash', () => {
  const listen = useLoopbackServers();

  /** A server of three pages, whatever is asked for. */
  async function paged(item: Version | DeletedDocument) {
    const { baseUrl, requests } = await recordRequests(listen, (response) => {
      const { pathname, searchParams } = new URL(requests.at(-1)?.url ?? '', 'http://base');
      const page = Number(searchParams.get('cursor') ?? 0);
      const link = `<${pathname}?cursor=${page + 1}>; rel="next"`;
      const items = [6, 5].map((version) => ({ ...item, version: version - 2 * page }));
      answerJson(response, items, 200, page < 2 ? { link } : {});
    });
    return { client: new DocumentClient({ baseUrl }), urls: () => requests.splice(0).map(({ url }) => url) };
  }

  it('give versions page by page, or all as they are asked for', async () => {
    const { client, urls } = await paged(sampleVersion);
    const page = await client.versions(ID, { limit: 2 });
    assert.deepEqual(page, { versions: [6, 5].map((version) => ({ ...sampleVersion, version })), cursor: '1' });
    assert.equal((await client.versions(ID, { cursor: '2' })).cursor, undefined);
    assert.deepEqual(urls(), [`/documents/${ID}/versions?limit=2`, `/documents/${ID}/versions?cursor=2`]);
    assert.deepEqual(await numbersOf(client.versionsAll(ID, { limit: 2 })), [6, 5, 4, 3, 2, 1]);
    assert.equal(urls().at(-1), `/documents/${ID}/versions?limit=2&cursor=2`);
    for await (const { version } of client.versionsAll(ID)) if (version === 5) break;
    assert.deepEqual(urls(), [`/documents/${ID}/versions`], 'no page is fetched ahead');
  });

  it('give the trash page by page, or all as it is asked for', async () => {
    const { client, urls } = await paged(sampleDeleted);
    const page = await client.trash({ limit: 2 });
    assert.deepEqual(page, { documents: [6, 5].map((version) => ({ ...sampleDeleted, version })), cursor: '1' });
    assert.equal((await client.trash({ cursor: '2' })).cursor, undefined);
    assert.deepEqual(urls(), ['/trash?limit=2', '/trash?cursor=2']);
    assert.deepEqual(await numbersOf(client.trashAll({ limit: 2 })), [6, 5, 4, 3, 2, 1]);
    assert.deepEqual(urls(), ['/trash?limit=2', '/trash?limit=2&cursor=1', '/trash?limit=2&cursor=2']);
  });

  it('end with the caller’s signal', async () => {
    const { client } = await paged(sampleVersion);
    const reason = new Error('The caller has had enough.');
    const signal = AbortSignal.abort(reason);
    await assert.rejects(numbersOf(client.versionsAll(ID, {}, { signal })), reason);
    await assert.rejects(numbersOf(client.trashAll({}, { signal })), reason);
  });

  it('delete, purge and restore on the document’s own paths', async () => {
    const { baseUrl, requests } = await recordRequests(listen, (response) => answerJson(response, sampleDocument));
    const client = new DocumentClient({ baseUrl });
    await client.delete(ID, { ifMatch: '"abc"' });
    await client.delete(ID, { purge: true });
    await client.delete(ID, { purge: false });
    assert.deepEqual(await client.restore(ID), sampleDocument);
    assert.deepEqual(
      requests.map(({ method, url, headers, body }) => [method, url, headers['if-match'], body]),
      [
        ['DELETE', `/documents/${ID}`, '"abc"', ''],
        ['DELETE', `/documents/${ID}?purge=true`, undefined, ''],
        ['DELETE', `/documents/${ID}?purge=false`, undefined, ''],
        ['POST', `/documents/${ID}/restore`, undefined, ''],
      ],
    );
  });
});
