/** Changing and deleting documents. */
import assert from 'node:assert/strict';
import request, { type Response } from 'supertest';
import { find, postForm, pull, push, type Document } from './documents-client.js';
import { field, file } from './form-body.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';

const MISSING = 'doc_000000000000';

describe('updateDocument', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());
  beforeEach(async () => {
    document = await push(server, 'content', { filename: 'plan.md', name: 'Plan', tags: 'a,b', description: 'D' });
  });

  async function patch(change: unknown, id = document.document_id): Promise<Response> {
    return request(server.url)
      .patch(`/documents/${id}`)
      .set('Content-Type', 'application/json')
      .send(JSON.stringify(change));
  }
  async function metadata(): Promise<Document> {
    return (await request(server.url).get(`/documents/${document.document_id}/metadata`).expect(200)).body as Document;
  }

  it('changes what is given, leaves the rest, and answers with the document as it is now', async () => {
    const changes: Partial<Document>[] = [
      { name: 'Plan, second edition' },
      { tags: ['b', 'c', 'approved'] },
      { description: 'What changed:\n- all' },
      { name: 'All', tags: ['x'], description: 'at once' },
      { tags: [] },
      { description: '' },
    ];
    for (const change of changes) {
      const response = await patch(change);
      assert.equal(response.status, 200, response.text);
      const { updated_at } = response.body as Document;
      assert.ok(updated_at >= document.updated_at);
      document = { ...document, ...change, updated_at, revision: document.revision + 1 };
      assert.deepEqual(response.body, document);
      assert.deepEqual(await metadata(), document);
    }
    assert.equal((await pull(server, document.document_id)).toString(), 'content');
  });

  it('is seen by the next query, under the new words and not under the old', async () => {
    await patch({ name: 'Brandneu', tags: ['brandneu'] });
    assert.deepEqual(
      (await find(server, { name: 'brandneu' })).map(({ document_id }) => document_id),
      [document.document_id],
    );
    assert.deepEqual((await find(server, { tags: 'brandneu' })).length, 1);
    const old = await find(server, { name: 'Plan', tags: 'a' });
    assert.ok(old.every(({ document_id }) => document_id !== document.document_id));
    await request(server.url).delete(`/documents/${document.document_id}`).expect(200);
    assert.deepEqual(await find(server, { name: 'brandneu' }), []);
    assert.deepEqual(await find(server, { tags: 'brandneu' }), []);
  });

  it('counts a tag that is given twice once, and keeps the order', async () => {
    const response = await patch({ tags: ['z', 'a', 'z', 'Z'] });
    assert.deepEqual((response.body as Document).tags, ['z', 'a', 'Z']);
  });

  it('keeps text in any alphabet as it was sent', async () => {
    const change = { name: '„Plan“ 設計 😀 \\u0041', description: 'e\u0301 \u200b \ufeff', tags: ['日本', '😀'] };
    const { updated_at, ...changed } = (await patch(change)).body as Document;
    assert.ok(updated_at >= document.updated_at);
    const { updated_at: before, ...unchanged } = document;
    assert.deepEqual(changed, { ...unchanged, ...change, revision: 2 }, before);
  });

  it('refuses what the contract refuses, names every mistake, and changes nothing', async () => {
    const cases: [change: unknown, ...locations: string[]][] = [
      [{}, 'body'],
      [[], 'body'],
      ['text', 'body'],
      [42, 'body'],
      [true, 'body'],
      [null],
      [{ name: '' }, 'body.name'],
      [{ name: '  ' }, 'body.name'],
      [{ name: 'a\nb' }, 'body.name'],
      [{ name: 'a\u0000b' }, 'body.name'],
      [{ name: 'a\u2028b' }, 'body.name'],
      [{ name: 'x'.repeat(513) }, 'body.name'],
      [{ name: null }, 'body.name'],
      [{ name: 1 }, 'body.name'],
      [{ name: ['a'] }, 'body.name'],
      [{ tags: 'a,b' }, 'body.tags'],
      [{ tags: null }, 'body.tags'],
      [{ tags: [''] }, 'body.tags.0'],
      [{ tags: ['a', 'b,c'] }, 'body.tags.1'],
      [{ tags: [' a'] }, 'body.tags.0'],
      [{ tags: ['a\tb'] }, 'body.tags.0'],
      [{ tags: [1] }, 'body.tags.0'],
      [{ tags: ['x'.repeat(101)] }, 'body.tags.0'],
      [{ tags: Array.from({ length: 51 }, (_, index) => `t${index}`) }, 'body.tags'],
      [{ description: 'x'.repeat(10_001) }, 'body.description'],
      [{ description: null }, 'body.description'],
      [{ unknown: 1 }, 'body.unknown'],
      [{ name: 'fine', document_id: MISSING }, 'body.document_id'],
      [{ name: 'fine', file: 'x' }, 'body.file'],
      [{ name: 'fine', constructor: 'x' }, 'body.constructor'],
      [{ name: '', tags: 'x', description: 1 }, 'body.name', 'body.tags', 'body.description'],
    ];
    for (const [change, ...locations] of cases) expectInvalid(await patch(change), ...locations);
    assert.deepEqual(await metadata(), document);
  });

  it('refuses __proto__ like every other field that it does not know', async () => {
    const response = await request(server.url)
      .patch(`/documents/${document.document_id}`)
      .set('Content-Type', 'application/json')
      .send('{"name":"fine","__proto__":{"description":"x"}}');
    expectInvalid(response);
    assert.deepEqual(await metadata(), document);
  });

  it('stores nothing that cannot be stored as it is: halves of characters', async () => {
    for (const change of ['{"name":"\\ud800"}', '{"tags":["\\ud800","\\ufffd"]}', '{"description":"\\udfff"}']) {
      const response = await request(server.url)
        .patch(`/documents/${document.document_id}`)
        .set('Content-Type', 'application/json')
        .send(change);
      expectInvalid(response);
    }
    assert.deepEqual(await metadata(), document);
  });

  it('does not find a document that is not there, nor one that was deleted', async () => {
    expectProblem(await patch({ name: 'x' }, MISSING), 404, 'document_not_found');
    await request(server.url).delete(`/documents/${document.document_id}`).expect(200);
    expectProblem(await patch({ name: 'x' }), 404, 'document_not_found');
  });

  it('serves changes of one document at once, one after the other', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `name ${index}`);
    const responses = await Promise.all(names.map((name) => patch({ name, tags: [name] })));
    assert.ok(responses.every(({ status }) => status === 200));
    const last = await metadata();
    assert.ok(names.includes(last.name));
    assert.deepEqual(last.tags, [last.name]);
  });
});

describe('deleteDocument', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('answers with the promised words, and the document is gone everywhere', async () => {
    const { document_id } = await push(server, 'to be deleted', { name: 'doomed', tags: 'doomed' });
    const response = await request(server.url).delete(`/documents/${document_id}`);
    assert.equal(response.status, 200);
    assert.deepEqual(response.body, { message: 'Document deleted successfully' });
    for (const address of [`/documents/${document_id}`, `/documents/${document_id}/metadata`]) {
      expectProblem(await request(server.url).get(address), 404, 'document_not_found');
    }
    assert.deepEqual(await find(server, { tags: 'doomed' }), []);
    assert.deepEqual(await find(server, { name: 'doomed' }), []);
    expectProblem(await request(server.url).delete(`/documents/${document_id}`), 404, 'document_not_found');
  });

  it('lets one of many that delete the same document win', async () => {
    const { document_id } = await push(server, 'x');
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => request(server.url).delete(`/documents/${document_id}`)),
    );
    assert.deepEqual(responses.map(({ status }) => status).sort(), [200, ...Array<number>(9).fill(404)]);
  });

  it('takes no notice of a body', async () => {
    const response = await postForm(server, file('x'), field('name', 'with a body'));
    const { document_id } = response.body as Document;
    await request(server.url).delete(`/documents/${document_id}`).send({ name: 'x' }).expect(200);
  });

  it('leaves a download that has begun alone', async () => {
    const content = Buffer.alloc(20 * 1024 * 1024, 'still read; ');
    const { document_id } = await push(server, content);
    const download = await fetch(`${server.url}/documents/${document_id}`);
    await request(server.url).delete(`/documents/${document_id}`).expect(200);
    assert.ok(Buffer.from(await download.arrayBuffer()).equals(content));
  });

  it('lets equal content be pushed again', async () => {
    const first = await push(server, 'again and again');
    await request(server.url).delete(`/documents/${first.document_id}`).expect(200);
    const second = await push(server, 'again and again');
    assert.equal((await pull(server, second.document_id)).toString(), 'again and again');
  });
});
