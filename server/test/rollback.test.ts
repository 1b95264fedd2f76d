/** Going back to an old version over HTTP. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { push, type Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import { etagOf, pushVersion, rollback, textOf, versionsOf, type VersionChange } from './versions-client.js';

describe('rollbackDocument', () => {
  let server: TestServer;
  let document: Document;
  let current: VersionChange;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());
  beforeEach(async () => {
    document = await push(server, 'one\n', { filename: 'one.md', name: 'Name' });
    await pushVersion(server, document.document_id, 'two\n', { filename: 'two.txt' });
    current = await pushVersion(server, document.document_id, 'three\n', { filename: 'three.txt' });
  });

  it('makes the old content the newest version and leaves the history as it is', async () => {
    const before = await versionsOf(server, document.document_id);
    const response = await rollback(server, document.document_id, { version: 1 }, etagOf(current));
    assert.equal(response.status, 201, response.text);
    const change = response.body as VersionChange;
    assert.deepEqual(change, {
      ...before[2],
      version: 4,
      parents: [3],
      created_at: change.created_at,
      message: 'Rollback to version 1',
      outcome: 'created',
    });
    assert.equal(response.headers['etag'], etagOf(document));
    assert.equal(response.headers['location'], `/documents/${document.document_id}/versions/4`);
    assert.deepEqual((await versionsOf(server, document.document_id)).slice(1), before);
    assert.equal(await textOf(server, document.document_id), 'one\n');
    const named = await rollback(server, document.document_id, { version: 2, message: 'better' });
    assert.equal((named.body as VersionChange).message, 'better');
    const undone = await rollback(server, document.document_id, { version: 3 });
    assert.deepEqual([undone.status, await textOf(server, document.document_id)], [201, 'three\n']);
  });

  it('to what is there changes nothing, also when it is repeated after a lost answer', async () => {
    const same = await rollback(server, document.document_id, { version: 3 });
    assert.deepEqual([same.status, (same.body as VersionChange).outcome], [200, 'unchanged']);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      statuses.push((await rollback(server, document.document_id, { version: 1 }, etagOf(current))).status);
    }
    assert.deepEqual(statuses, [201, 200, 200]);
    assert.equal((await versionsOf(server, document.document_id)).length, 4);
  });

  it('refuses what is not there, what is past and what is no rollback', async () => {
    const id = document.document_id;
    expectProblem(await rollback(server, id, { version: 4 }), 404, 'version_not_found');
    expectProblem(await rollback(server, id, { version: 2 ** 31 - 1 }), 404, 'version_not_found');
    expectProblem(await rollback(server, 'doc_000000000000', { version: 1 }), 404, 'document_not_found');
    const past = await rollback(server, id, { version: 2 }, etagOf(document));
    expectProblem(past, 412, 'version_mismatch');
    assert.equal(past.headers['etag'], etagOf(current));
    for (const [body, place] of [
      [{}, 'body.version'],
      [{ version: 0 }, 'body.version'],
      [{ version: -1 }, 'body.version'],
      [{ version: 1.5 }, 'body.version'],
      [{ version: 2 ** 31 }, 'body.version'],
      [{ version: 1e300 }, 'body.version'],
      [{ version: '1' }, 'body.version'],
      [{ version: null }, 'body.version'],
      [{ version: [1] }, 'body.version'],
      [{ version: true }, 'body.version'],
      [{ version: 1, message: 'a\0' }, 'body.message'],
      [{ version: 1, message: 'x'.repeat(2001) }, 'body.message'],
      [{ version: 1, to: 2 }, 'body.to'],
      [[1], 'body'],
    ] as const) {
      expectInvalid(await rollback(server, id, body), place);
    }
    const form = request(server.url).post(`/documents/${id}/rollback`).set('If-Match', '*').field('version', '1');
    expectProblem(await form, 415, 'unsupported_media_type');
    assert.equal((await versionsOf(server, id)).length, 3);
  });

  it('lets one of many win, and the chain stays whole', async () => {
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        rollback(server, document.document_id, { version: 1 + (index % 2) }, etagOf(current)),
      ),
    );
    const statuses = responses.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 201).length, 1, statuses.join());
    assert.ok(statuses.every((status) => [200, 201, 412].includes(status)));
    assert.deepEqual(
      (await versionsOf(server, document.document_id)).map(({ version }) => version),
      [4, 3, 2, 1],
    );
  });
});
