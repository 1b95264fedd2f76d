/** Tags as a list of their own: how many documents have each, by beginnings, and what a misspelt one may mean. */
import assert from 'node:assert/strict';
import type { components } from '@document-sync/sdk';
import request from 'supertest';
import { push } from './documents-client.js';
import { startServer, type TestServer } from './test-server.js';

type TagCount = components['schemas']['TagCount'];

describe('listTags', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  const tags = async (query: Record<string, string | number> = {}): Promise<TagCount[]> => {
    const response = await request(server.url).get('/tags').query(query);
    assert.equal(response.status, 200, response.text);
    return response.body as TagCount[];
  };
  const named = async (query: Record<string, string | number>): Promise<string[]> =>
    (await tags(query)).map(({ tag }) => tag);

  it('counts what documents have, whatever becomes of them', async () => {
    assert.deepEqual(await tags(), []);
    const first = await push(server, 'a', { tags: 'design,docs' });
    const second = await push(server, 'b', { tags: 'design' });
    assert.deepEqual(await tags(), [
      { tag: 'design', document_count: 2 },
      { tag: 'docs', document_count: 1 },
    ]);
    const at = (id: string) => `/documents/${id}`;
    await request(server.url)
      .patch(at(first.document_id))
      .send({ tags: ['Äußeres', 'design'] })
      .expect(200);
    await request(server.url).delete(at(second.document_id)).expect(200);
    assert.deepEqual(await tags(), [
      { tag: 'design', document_count: 1 },
      { tag: 'Äußeres', document_count: 1 },
    ]);
    await request(server.url)
      .post(`${at(second.document_id)}/restore`)
      .expect(200);
    assert.deepEqual(await named({ sort: 'count' }), ['design', 'Äußeres']);
  });

  it('finds tags by their beginning, in any case and accent', async () => {
    assert.deepEqual(await named({ prefix: 'DES' }), ['design']);
    assert.deepEqual(await named({ prefix: 'ausse' }), ['Äußeres']);
    assert.deepEqual(await named({ prefix: '%' }), []);
    assert.deepEqual(await named({ prefix: '' }), ['design', 'Äußeres']);
  });

  it('knows what a misspelt tag may mean', async () => {
    assert.deepEqual(await named({ similar_to: 'desing' }), ['design']);
    assert.deepEqual(await named({ similar_to: 'zzzz' }), []);
    const response = await request(server.url).get('/search').query({ q: 'tag:desing' }).expect(200);
    assert.deepEqual(
      (response.body as { similar_tags: TagCount[] }).similar_tags.map(({ tag }) => tag),
      ['design'],
    );
  });

  it('goes on page by page, by name and by count, over ten thousand tags', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `many-${String(index).padStart(5, '0')}`);
    for (let start = 0; start < many.length; start += 500) {
      const at = [0, 50, 100, 150, 200, 250, 300, 350, 400, 450].map((offset) => start + offset);
      await Promise.all(at.map((from) => push(server, `${from}`, { tags: many.slice(from, from + 50).join(',') })));
    }
    for (const sort of ['name', 'count']) {
      const seen: string[] = [];
      let path = `/tags?limit=1000&sort=${sort}&prefix=many-`;
      for (let page = 0; path !== '' && page < 20; page += 1) {
        const response = await request(server.url).get(path).expect(200);
        seen.push(...(response.body as TagCount[]).map(({ tag }) => tag));
        path = /<([^>]+)>; rel="next"/.exec(response.headers['link'] ?? '')?.[1] ?? '';
      }
      assert.equal(seen.length, 10_000);
      assert.equal(new Set(seen).size, 10_000);
    }
    assert.deepEqual((await named({ similar_to: 'mny-00042' }))[0], 'many-00042');
    await request(server.url).get('/tags').query({ cursor: 'Zm9yZ2Vk' }).expect(400);
  });
});
