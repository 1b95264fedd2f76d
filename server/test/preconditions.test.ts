/** If-Match everywhere that a document is changed. */
import assert from 'node:assert/strict';
import request, { type Response } from 'supertest';
import { push, type Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import { etagOf, get, patchContent, postVersion, pushVersion, rollback, versionsOf } from './versions-client.js';

describe('If-Match', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());
  beforeEach(async () => {
    document = await push(server, 'one\n', { filename: 'a.md' });
    await pushVersion(server, document.document_id, 'two\n', { filename: 'a.md' });
  });

  type Change = (ifMatch: string | undefined) => Promise<Response>;
  const sending = (method: 'patch' | 'delete', query = '') => {
    return (ifMatch: string | undefined): Promise<Response> => {
      const test = request(server.url)[method](`/documents/${document.document_id}${query}`);
      if (ifMatch !== undefined) void test.set('If-Match', ifMatch);
      return Promise.resolve(method === 'patch' ? test.send({ name: 'New' }) : test);
    };
  };
  const contentChanges: Record<string, Change> = {
    createVersion: (ifMatch) => postVersion(server, document.document_id, 'three\n', { ifMatch }),
    editContent: (ifMatch) => patchContent(server, document.document_id, [{ op: 'append', text: 'x\n' }], { ifMatch }),
    rollbackDocument: async (ifMatch) => {
      const test = request(server.url).post(`/documents/${document.document_id}/rollback`);
      if (ifMatch !== undefined) void test.set('If-Match', ifMatch);
      return test.send({ version: 1 });
    },
  };
  const otherChanges: Record<string, Change> = {
    updateDocument: sending('patch'),
    deleteDocument: sending('delete'),
    purge: sending('delete', '?purge=true'),
  };
  const changes = { ...contentChanges, ...otherChanges };
  const etag = async (): Promise<string> =>
    etagOf((await versionsOf(server, document.document_id))[0] ?? assert.fail('no version'));

  for (const [name, change] of Object.entries(contentChanges)) {
    it(`is required by ${name}`, async () => {
      expectProblem(await change(undefined), 428, 'precondition_required');
      assert.equal((await versionsOf(server, document.document_id)).length, 2);
    });
  }
  for (const [name, change] of Object.entries(otherChanges)) {
    it(`may be left out with ${name}`, async () => {
      assert.equal((await change(undefined)).status, 200);
    });
  }

  for (const [name, change] of Object.entries(changes)) {
    it(`with ${name} refuses what is past, weak or nothing, and changes nothing`, async () => {
      const current = await etag();
      const before = (await get(server, document.document_id, '/metadata')).body as Document;
      for (const ifMatch of [etagOf(document), '"1"', `W/${current}`, 'W/"2"', '"*"', '"x", "y"']) {
        const response = await change(ifMatch);
        const problem = expectProblem(response, 412, 'version_mismatch') as { current_version?: number };
        assert.equal(response.headers['etag'], current, ifMatch);
        assert.equal(problem.current_version, 2);
      }
      for (const ifMatch of ['', '*, *', current.slice(1, -1), `${current} x`, `${current},`]) {
        expectInvalid(await change(ifMatch), 'header.if-match');
      }
      assert.deepEqual((await get(server, document.document_id, '/metadata')).body, before);
    });

    for (const [what, ifMatch] of [
      ['the content’s ETag', etag],
      ['the metadata’s ETag', () => Promise.resolve('"2"')],
      ['one of several', async () => `"x",${await etag()} , W/"y"`],
      ['a star', () => Promise.resolve('*')],
    ] as const) {
      it(`with ${name} takes ${what}`, async () => {
        const response = await change(await ifMatch());
        assert.ok(response.ok, response.text);
      });
    }
  }

  it('with the content’s ETag lets a change of the name pass, with the metadata’s it does not', async () => {
    await request(server.url).patch(`/documents/${document.document_id}`).send({ name: 'Other' }).expect(200);
    const { update } = { update: otherChanges['updateDocument'] ?? assert.fail() };
    expectProblem(await update('"2"'), 412, 'version_mismatch');
    assert.equal((await update(await etag())).status, 200);
    assert.equal((await update('"4"')).status, 200);
    assert.equal(((await get(server, document.document_id, '/metadata')).body as Document).revision, 5);
  });

  it('lets one of many changes of the metadata win', async () => {
    const change = (index: number): Promise<Response> =>
      Promise.resolve(
        request(server.url)
          .patch(`/documents/${document.document_id}`)
          .set('If-Match', '"2"')
          .send({ name: `n${index}` }),
      );
    const responses = await Promise.all(Array.from({ length: 10 }, (_, index) => change(index)));
    assert.deepEqual(responses.map(({ status }) => status).sort(), [200, ...Array<number>(9).fill(412)]);
  });

  it('comes before the question whether the version of a rollback is there', async () => {
    expectProblem(await rollback(server, document.document_id, { version: 9 }), 404, 'version_not_found');
    const test = request(server.url).post(`/documents/${document.document_id}/rollback`);
    expectProblem(await test.send({ version: 9 }), 428, 'precondition_required');
  });
});
