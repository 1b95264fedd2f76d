import assert from 'node:assert/strict';

import { answerJson, recordRequests, sampleDocument, useLoopbackServers } from '../test/loopback-server.js';
import { DocumentClient, type SearchResults } from './index.js';

const RESULTS: SearchResults = {
  results: [{ document: sampleDocument, score: 3.5, match: 'exact', name_matches: [], snippets: [] }],
  match: 'exact',
  read_as: 'query',
  total: 2,
  total_capped: false,
  corrections: [],
  similar_tags: [],
};

const CONTEXT = { passages: [], left_out: [], left_out_count: 0, total_tokens: 9, max_tokens: 50, match: 'exact' };

describe('finding documents by what they say', () => {
  const listen = useLoopbackServers();

  /** A server of two pages, whatever is asked for. */
  async function paged(body: unknown) {
    const { baseUrl, requests } = await recordRequests(listen, (response) => {
      const isFirst = !(requests.at(-1)?.url ?? '').includes('cursor=');
      answerJson(response, body, 200, isFirst ? { link: '</search?cursor=bmV4dA>; rel="next"' } : {});
    });
    return { client: new DocumentClient({ baseUrl }), urls: () => requests.splice(0).map(({ url }) => url) };
  }

  it('sends a query with its options and every filter in the words of the contract', async () => {
    const { client, urls } = await paged(RESULTS);
    const page = await client.search('retry "back off"', {
      ...{ tags: ['a', 'b'], anyTags: ['c'], notTags: ['d'], mimeType: 'text/*', minSize: 1, maxSize: 9 },
      ...{ uploadedAfter: new Date('2026-11-01T00:00:00Z'), updatedBefore: '2026-11-24' },
      ...{ fuzzy: false, snippets: 1, sort: 'updated_at', order: 'asc', limit: 5 },
    });
    assert.deepEqual(page, { ...RESULTS, cursor: 'bmV4dA' });
    const [url = ''] = urls();
    const { pathname, searchParams } = new URL(url, 'http://base');
    assert.equal(pathname, '/search');
    assert.deepEqual(Object.fromEntries(searchParams), {
      ...{ q: 'retry "back off"', tags: 'a,b', any_tags: 'c', not_tags: 'd', mime_type: 'text/*' },
      ...{ min_size: '1', max_size: '9', uploaded_after: '2026-11-01T00:00:00.000Z', updated_before: '2026-11-24' },
      ...{ fuzzy: 'false', snippets: '1', sort: 'updated_at', order: 'asc', limit: '5' },
    });
    await assert.rejects(client.search('x', { notTags: ['a,b'] }), TypeError);
  });

  it('gives the results of all pages as they are asked for', async () => {
    const { client, urls } = await paged(RESULTS);
    const ids: string[] = [];
    for await (const { document } of client.searchAll('retry', { limit: 1 })) ids.push(document.document_id);
    assert.deepEqual(ids, [sampleDocument.document_id, sampleDocument.document_id]);
    assert.deepEqual(urls(), ['/search?q=retry&limit=1', '/search?q=retry&limit=1&cursor=bmV4dA']);
  });

  it('asks for a context as data, or as Markdown', async () => {
    const { baseUrl, requests } = await recordRequests(listen, (response) => {
      if (requests.at(-1)?.headers.accept !== 'text/markdown') answerJson(response, CONTEXT);
      else response.writeHead(200, { 'content-type': 'text/markdown; charset=utf-8' }).end('### A\n');
    });
    const client = new DocumentClient({ baseUrl });
    assert.deepEqual(await client.context('why?', { maxTokens: 50, name: 'adr' }), CONTEXT);
    assert.equal(await client.contextMarkdown('why?'), '### A\n');
    assert.deepEqual(
      requests.map(({ url }) => url),
      ['/context?q=why%3F&name=adr&max_tokens=50', '/context?q=why%3F'],
    );
  });

  it('lists tags', async () => {
    const tags = [{ tag: 'design', document_count: 2 }];
    const { client, urls } = await paged(tags);
    assert.deepEqual(await client.tags({ prefix: 'des', sort: 'count' }), { tags, cursor: 'bmV4dA' });
    assert.deepEqual((await client.tags({ similarTo: 'desing', cursor: 'bmV4dA' })).cursor, undefined);
    assert.deepEqual(urls(), ['/tags?prefix=des&sort=count', '/tags?similar_to=desing&cursor=bmV4dA']);
  });

  it('filters and orders a query', async () => {
    const { client, urls } = await paged([sampleDocument]);
    await client.query({ anyTags: ['a'], mimeType: 'image/*', sort: 'size', order: 'desc', limit: 3 });
    assert.deepEqual(urls(), ['/documents?any_tags=a&mime_type=image%2F*&sort=size&order=desc&limit=3']);
  });
});
