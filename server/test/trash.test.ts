/** Deleted documents: where they went, how they come back, and when they are gone for good. */
import assert from 'node:assert/strict';
import request, { type Response } from 'supertest';
import { find, pull, push, type Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import {
  get,
  patchContent,
  postVersion,
  pushVersion,
  rollback,
  textOf,
  versionsOf,
  type DeletedDocument,
} from './versions-client.js';

describe('the trash', () => {
  let server: TestServer;
  let document: Document;
  const clock = { time: Date.parse('2026-11-23T10:00:00Z'), now: () => new Date(clock.time) };
  before(async () => {
    server = await startServer({ clock });
  });
  after(() => server.close());
  beforeEach(async () => {
    clock.time += 1000;
    document = await push(server, '# One\n', {
      filename: 'plan.md',
      name: 'Doomed plan',
      tags: 'z,a',
      description: 'D',
    });
    await pushVersion(server, document.document_id, '# Two\n', { filename: 'plan.md' });
  });

  const remove = (query = '', ifMatch?: string): Promise<Response> => {
    const test = request(server.url).delete(`/documents/${document.document_id}${query}`);
    return Promise.resolve(ifMatch === undefined ? test : test.set('If-Match', ifMatch));
  };
  const restore = (): Promise<Response> =>
    Promise.resolve(request(server.url).post(`/documents/${document.document_id}/restore`));
  async function listTrash(query = ''): Promise<DeletedDocument[]> {
    const response = await request(server.url).get(`/trash${query}`).expect(200);
    return response.body as DeletedDocument[];
  }

  it('takes a deleted document out of every listing and every operation, and says where it is', async () => {
    const id = document.document_id;
    assert.deepEqual((await remove()).body, { message: 'Document deleted successfully' });
    for (const query of [
      { limit: 1000 },
      { name: 'doomed' },
      { name: 'do' },
      { tags: 'z' },
      { tags: 'a,z', name: 'plan' },
    ]) {
      const found = await find(server, query);
      assert.ok(
        found.every(({ document_id }) => document_id !== id),
        JSON.stringify(query),
      );
    }
    const responses = [
      await get(server, id, ''),
      await get(server, id, '', { version: 1 }),
      await get(server, id, '/metadata'),
      await get(server, id, '/metadata', { version: 2 }),
      await get(server, id, '/versions'),
      await get(server, id, '/versions/1'),
      await get(server, id, '/versions/9'),
      await get(server, id, '/diff'),
      await get(server, id, '/text'),
      await get(server, id, '/outline'),
      await request(server.url).patch(`/documents/${id}`).send({ name: 'x' }),
      await postVersion(server, id, 'x', { ifMatch: '*' }),
      await patchContent(server, id, [{ op: 'append', text: 'x' }], { ifMatch: '*' }),
      await rollback(server, id, { version: 1 }),
      await remove(),
    ];
    for (const response of responses) {
      assert.match(expectProblem(response, 404, 'document_not_found').detail, /in the trash since 2026-.*Restore/);
    }
    const head = await request(server.url).head(`/documents/${id}`);
    assert.equal(head.status, 404);
  });

  it('lists it with who, when and until when', async () => {
    clock.time += 60_000;
    await remove();
    const [first] = await listTrash();
    const DAYS_30 = 30 * 24 * 3600 * 1000;
    assert.deepEqual(first, {
      document_id: document.document_id,
      name: 'Doomed plan',
      tags: ['z', 'a'],
      description: 'D',
      version: 2,
      uploaded_at: document.uploaded_at,
      deleted_at: new Date(clock.time).toISOString(),
      deleted_by: 'anonymous',
      purge_at: new Date(clock.time + DAYS_30).toISOString(),
    });
    await restore();
  });

  it('is listed page by page, by the Link alone, and refuses cursors of its own making', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      document = await push(server, `${index}`);
      ids.unshift(document.document_id);
      await remove();
    }
    const listed: string[] = [];
    let address: string | undefined = '/trash?limit=2';
    while (address !== undefined) {
      const page: Response = await request(server.url).get(address).expect(200);
      assert.ok((page.body as unknown[]).length <= 2);
      listed.push(...(page.body as DeletedDocument[]).map(({ document_id }) => document_id));
      address = /^<(.+)>; rel="next"$/.exec(page.headers['link'] ?? '')?.[1];
    }
    assert.deepEqual(listed.slice(0, 5), ids);
    assert.equal(new Set(listed).size, listed.length);
    for (const [query, place] of [
      ['limit=0', 'query.limit'],
      ['limit=1001', 'query.limit'],
      ['cursor=!', 'query.cursor'],
      ['cursor=x', 'query.cursor'],
      ['cursor=LTE', 'query.cursor'],
      ['name=x', 'query.name'],
    ] as const) {
      expectInvalid(await request(server.url).get(`/trash?${query}`), place);
    }
  });

  it('gives a document back as it was: id, tags in order, search, place, content and all versions', async () => {
    const before = (await get(server, document.document_id, '/metadata')).body as Document;
    const versions = await versionsOf(server, document.document_id);
    const later = await push(server, 'later', { tags: 'z' });
    await remove();
    clock.time += 1000;
    const response = await restore();
    assert.equal(response.status, 200, response.text);
    const expected = { ...before, updated_at: new Date(clock.time).toISOString(), revision: 3 };
    assert.deepEqual(response.body, expected);
    assert.equal(response.headers['etag'], '"3"');
    assert.deepEqual((await get(server, document.document_id, '/metadata')).body, expected);
    assert.deepEqual(await versionsOf(server, document.document_id), versions);
    assert.equal(await textOf(server, document.document_id), '# Two\n');
    assert.equal(await textOf(server, document.document_id, 1), '# One\n');
    const [first, second] = await find(server, { tags: 'z' });
    assert.deepEqual([first, second], [later, expected]);
    assert.deepEqual((await find(server, { name: 'DOOMED PLAN' }))[0], expected);
    assert.ok((await listTrash()).every(({ document_id }) => document_id !== document.document_id));
    assert.equal((await pushVersion(server, document.document_id, '# Three\n')).version, 3);
    // An ETag of the metadata from before is past, that of the content is not.
    expectProblem(await remove('', '"2"'), 412, 'version_mismatch');
  });

  it('is left at the first of two restores; the second finds it done', async () => {
    await remove();
    const [first, second] = [await restore(), await restore()];
    assert.deepEqual([first.status, second.status, second.body], [200, 200, first.body]);
    const untouched = await push(server, 'never deleted');
    const response = await request(server.url).post(`/documents/${untouched.document_id}/restore`).expect(200);
    assert.deepEqual(response.body, untouched);
  });

  it('is no place to purge by halves: purged is gone, in the trash or not, once and for all', async () => {
    for (const steps of [['?purge=true'], ['', '?purge=true']]) {
      document = await push(server, 'unique', { name: 'purged soon' });
      for (const query of steps) assert.equal((await remove(query)).status, 200);
      for (const response of [await remove('?purge=true'), await remove(), await restore()]) {
        assert.match(expectProblem(response, 404, 'document_not_found').detail, /^There is no document/);
      }
      expectProblem(await get(server, document.document_id, '/versions/1'), 404, 'document_not_found');
      assert.deepEqual(await find(server, { name: 'purged soon' }), []);
    }
    assert.ok((await listTrash('?limit=1000')).every(({ document_id }) => document_id !== document.document_id));
  });

  it('leaves content alone that another document shares', async () => {
    document = await push(server, 'shared by two');
    const sharing = await push(server, 'shared by two');
    await remove('?purge=true');
    assert.equal((await pull(server, sharing.document_id)).toString(), 'shared by two');
  });

  it('takes true and false for purge and nothing else', async () => {
    assert.equal((await remove('?purge=false')).status, 200);
    assert.equal((await restore()).status, 200);
    for (const value of ['', 'yes', '1', 'TRUE', 'true,true', 'null']) {
      expectInvalid(await remove(`?purge=${value}`), 'query.purge');
    }
    expectInvalid(await remove('?purge=true&purge=false'), 'query.purge');
    assert.equal(await textOf(server, document.document_id), '# Two\n');
  });

  it('takes one of many that delete, restore or purge the same document at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      document = await push(server, `raced ${round}`);
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () => remove()),
        ...Array.from({ length: 4 }, () => restore()),
        postVersion(server, document.document_id, 'new', { ifMatch: '*' }),
        get(server, document.document_id, ''),
      ]);
      for (const { status } of answers) assert.ok([200, 201, 404].includes(status), `${status}`);
      assert.equal((await restore()).status, 200);
      const purges = await Promise.all(Array.from({ length: 6 }, (_, index) => remove(index % 2 ? '' : '?purge=true')));
      assert.ok(purges.some(({ status }) => status === 200));
      assert.equal((await remove('?purge=true')).status, 404);
    }
  });

  it('leaves a download that has begun alone, purge or not', async () => {
    const content = Buffer.alloc(20 * 1024 * 1024, 'still read; ');
    document = await push(server, content);
    const download = await fetch(`${server.url}/documents/${document.document_id}`);
    await remove('?purge=true');
    assert.ok(Buffer.from(await download.arrayBuffer()).equals(content));
  });

  it('does not know ids that never were', async () => {
    for (const id of ['doc_000000000000', 'doc_ffffffffffff']) {
      expectProblem(await request(server.url).post(`/documents/${id}/restore`), 404, 'document_not_found');
      expectProblem(await request(server.url).delete(`/documents/${id}?purge=true`), 404, 'document_not_found');
    }
    expectInvalid(await request(server.url).post('/documents/doc_X/restore'), 'path.document_id');
    expectProblem(
      await request(server.url).get(`/documents/${document.document_id}/restore`),
      405,
      'method_not_allowed',
    );
    expectProblem(await request(server.url).delete('/trash'), 405, 'method_not_allowed');
  });
});
