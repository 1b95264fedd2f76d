/** Pages of a query, followed through their Link headers while documents come and go. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { push, type Document } from './documents-client.js';
import { expectInvalid } from './problem.js';
import { startServer, type TestServer } from './test-server.js';

/** All documents of one moment: nothing but the order in which they came can tell them apart. */
const STOPPED_CLOCK = { now: () => new Date('2026-11-23T10:30:00.000Z') };

describe('pages of queryDocuments', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ clock: STOPPED_CLOCK });
  });
  after(() => server.close());

  async function pushNumbered(label: string, count: number, tags = label): Promise<Document[]> {
    const documents: Document[] = [];
    for (let number = 0; number < count; number += 1) {
      documents.push(await push(server, `${label} ${number}`, { name: `${label} ${number}`, tags }));
    }
    return documents.reverse();
  }

  async function page(address: string): Promise<{ documents: Document[]; next: string | undefined }> {
    const response = await request(server.url).get(address).expect(200);
    const link = response.headers['link'];
    const next = link === undefined ? undefined : /^<(\/documents\?[^<>\s]+)>; rel="next"$/.exec(link)?.[1];
    assert.equal(next === undefined, link === undefined, `a Link that cannot be read: ${String(link)}`);
    return { documents: response.body as Document[], next };
  }

  /** Follows the pages to the end; `between` runs after each. */
  async function follow(address: string, between?: (seen: Document[]) => Promise<void>): Promise<Document[]> {
    const seen: Document[] = [];
    for (let next: string | undefined = address; next !== undefined;) {
      const answer: { documents: Document[]; next: string | undefined } = await page(next);
      seen.push(...answer.documents);
      next = answer.next;
      await between?.(answer.documents);
    }
    return seen;
  }
  const ids = (documents: readonly Document[]): string[] => documents.map(({ document_id }) => document_id);
  const remove = (document: Document | undefined): Promise<unknown> =>
    request(server.url)
      .delete(`/documents/${document?.document_id ?? ''}`)
      .expect(200);

  it('give every document once, newest first, for every size of page', async () => {
    const documents = await pushNumbered('sizes', 13);
    assert.ok(documents.every(({ uploaded_at }) => uploaded_at === '2026-11-23T10:30:00.000Z'));
    for (const limit of [1, 2, 4, 12, 13, 14, 1000]) {
      assert.deepEqual(ids(await follow(`/documents?tags=sizes&limit=${limit}`)), ids(documents), `limit ${limit}`);
    }
  });

  it('end without a link, also when the last page is full', async () => {
    await pushNumbered('full', 4);
    assert.equal((await page('/documents?tags=full&limit=4')).next, undefined);
    const first = await page('/documents?tags=full&limit=2');
    assert.ok(first.next);
    assert.equal((await page(first.next)).next, undefined);
    assert.equal((await page('/documents?tags=nobody&limit=1')).next, undefined);
  });

  it('hold 50 documents when nothing else is said', async () => {
    const documents = await pushNumbered('default', 51);
    const first = await page('/documents?tags=default');
    assert.deepEqual(ids(first.documents), ids(documents.slice(0, 50)));
    assert.deepEqual(ids(await follow('/documents?tags=default')), ids(documents));
  });

  it('keep the filter, whatever it is made of', async () => {
    const documents = await pushNumbered('50% & "more" +設計 ß', 5, 'a b,ü,100%&x=y');
    await pushNumbered('others', 3, 'ü');
    const name = encodeURIComponent('0% & "MORE" +設計');
    assert.deepEqual(ids(await follow(`/documents?name=${name}&limit=2`)), ids(documents));
    const tags = encodeURIComponent('100%&x=y, ü ,a b');
    assert.deepEqual(ids(await follow(`/documents?tags=${tags}&limit=2`)), ids(documents));
    assert.deepEqual(ids(await follow(`/documents?name=${name}&tags=${tags}&limit=1`)), ids(documents));
    assert.deepEqual(ids(await follow(`/documents?name=%C3%9F&tags=%C3%BC&limit=1`)), ids(documents));
  });

  for (const query of ['tags=flux', 'name=flux', 'name=x', 'name=flux&tags=flux', 'tags=flux,flow']) {
    it(`give nothing twice and skip nothing while documents come and go, by ${query}`, async () => {
      const documents = await pushNumbered('flux', 20, 'flux,flow');
      const untouched = new Set(ids(documents));
      const added = new Set<string>();
      const waiting = [...documents];
      const seen = await follow(`/documents?${query}&limit=3`, async (pageOf) => {
        // One that was seen (the very one that the cursor is made of), one that was not, and a new one.
        waiting.splice(0, pageOf.length);
        await remove(pageOf.at(-1));
        const unseen = waiting.splice(1, 1)[0];
        if (unseen) {
          await remove(unseen);
          untouched.delete(unseen.document_id);
        }
        const [fresh] = await pushNumbered('flux', 1, 'flux,flow');
        if (fresh) added.add(fresh.document_id);
      });
      const expected = documents.filter(({ document_id }) => untouched.has(document_id));
      assert.deepEqual(ids(seen), ids(expected));
      assert.ok(added.size > 3 && ids(seen).every((id) => !added.has(id)));
      for (const document of await follow(`/documents?tags=flux&limit=1000`)) await remove(document);
    });
  }

  it('go on from a cursor however often it is used, and after a rename in between', async () => {
    const documents = await pushNumbered('again', 6);
    const { next = '' } = await page('/documents?tags=again&limit=2');
    const once = await page(next);
    await request(server.url)
      .patch(`/documents/${documents[5]?.document_id ?? ''}`)
      .send({ name: 'renamed' })
      .expect(200);
    assert.deepEqual(ids((await page(next)).documents), ids(once.documents));
    assert.deepEqual(ids(await follow(next)), ids(documents.slice(2)));
  });

  it('refuse a cursor that no page gave', async () => {
    const encoded = (text: string): string => Buffer.from(text).toString('base64url');
    const cursors = [
      'x',
      'AAAA',
      encoded('abc'),
      encoded('-1'),
      encoded('1.5'),
      encoded('1e3'),
      encoded(' 1'),
      encoded('9'.repeat(17)),
      'a b',
      'ü',
      '..',
      'x'.repeat(129),
      '',
    ];
    for (const cursor of cursors) {
      expectInvalid(await request(server.url).get('/documents').query({ cursor }), 'query.cursor');
    }
  });

  it('are empty where a cursor lies before the first document', async () => {
    assert.deepEqual((await page(`/documents?cursor=${Buffer.from('0').toString('base64url')}`)).documents, []);
  });
});
