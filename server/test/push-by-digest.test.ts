/** Documents and versions of content that the store has already: JSON with its digest in place of the bytes. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import request, { type Response } from 'supertest';
import { pushKnown } from './batch-client.js';
import { pull, push, sha256, type Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import { etagOf, pushVersion, type VersionChange } from './versions-client.js';

describe('content that the store has already', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.close());

  async function postKnownVersion(
    document_id: string,
    content: string,
    { ifMatch, query = {}, ...about }: { ifMatch?: string; query?: object; [name: string]: unknown } = {},
  ): Promise<Response> {
    const sending = request(server.url).post(`/documents/${document_id}/versions`).query(query);
    if (ifMatch !== undefined) void sending.set('If-Match', ifMatch);
    return sending.send({ checksum_sha256: sha256(content), ...about });
  }

  describe('becomes another document', () => {
    it('with what is said of it', async () => {
      await push(server, 'content', { filename: 'a.md' });
      const about = { original_filename: 'b.txt', name: 'B', tags: ['x', 'y', 'x'], description: 'a copy' };
      const response = await pushKnown(server, 'content', about);
      assert.equal(response.status, 201, response.text);
      const document = response.body as Document;
      assert.deepEqual(
        [document.name, document.original_filename, document.mime_type, document.tags, document.description],
        ['B', 'b.txt', 'text/plain', ['x', 'y'], 'a copy'],
      );
      assert.equal(response.headers['location'], `/documents/${document.document_id}`);
      assert.equal(response.headers['etag'], etagOf(document));
      assert.equal((await pull(server, document.document_id)).toString(), 'content');
      assert.equal((await server.storedBlobs()).length, 1);
    });

    it('called as it was last stored, when nothing is said', async () => {
      await push(server, 'content', { filename: 'first.md' });
      const other = await push(server, 'other');
      await pushVersion(server, other.document_id, 'content', { filename: 'last.csv' });
      const document = (await pushKnown(server, 'content')).body as Document;
      assert.deepEqual(
        [document.name, document.original_filename, document.mime_type],
        ['last.csv', 'last.csv', 'text/csv'],
      );
      const typed = (await pushKnown(server, 'content', { original_filename: 'x', mime_type: 'text/x-odd' }))
        .body as Document;
      assert.equal(typed.mime_type, 'text/x-odd');
    });

    it('from an old version, and from the trash', async () => {
      const { document_id } = await push(server, 'old');
      await pushVersion(server, document_id, 'current');
      await request(server.url).delete(`/documents/${document_id}`).expect(200);
      for (const content of ['old', 'current']) {
        const { body, status } = await pushKnown(server, content);
        assert.equal(status, 201);
        assert.equal((await pull(server, (body as Document).document_id)).toString(), content);
      }
    });

    it('also when it is empty', async () => {
      await push(server, '');
      const { body } = await pushKnown(server, '');
      assert.equal((await pull(server, (body as Document).document_id)).length, 0);
    });
  });

  it('is not found when nobody has pushed it, or its document is gone for good', async () => {
    const refused = expectProblem(await pushKnown(server, 'never pushed'), 404, 'content_not_found');
    assert.ok(refused.detail.includes(sha256('never pushed')) && refused.detail.includes('send the file'));
    const { document_id } = await push(server, 'purged');
    await request(server.url).delete(`/documents/${document_id}?purge=true`).expect(200);
    assert.ok((await server.storedBlobs()).includes(sha256('purged')), 'the collector has not run');
    expectProblem(await pushKnown(server, 'purged'), 404, 'content_not_found');
  });

  it('is not found when its bytes are missing, so that whoever sends them heals the store', async () => {
    const { document_id, checksum_sha256 } = await push(server, 'damaged');
    await rm(path.join(server.storageDir, 'default', checksum_sha256.slice(0, 2), checksum_sha256));
    expectProblem(await pushKnown(server, 'damaged'), 404, 'content_not_found');
    await push(server, 'damaged');
    assert.equal((await pushKnown(server, 'damaged')).status, 201);
    assert.equal((await pull(server, document_id)).toString(), 'damaged');
  });

  it('is refused when what is said breaks the contract', async () => {
    await push(server, 'content');
    expectInvalid(
      await pushKnown(server, 'content', { checksum_sha256: sha256('content').toUpperCase() }),
      'body.checksum_sha256',
    );
    expectInvalid(await pushKnown(server, 'content', { original_filename: '../x' }), 'body.original_filename');
    expectInvalid(await pushKnown(server, 'content', { mime_type: 'text/html\r\nX: y' }), 'body.mime_type');
    expectInvalid(await pushKnown(server, 'content', { tags: 'x,y' }), 'body.tags');
    expectInvalid(await pushKnown(server, 'content', { file: 'x' }), 'body.file');
    expectInvalid(await request(server.url).post('/documents').send({ name: 'x' }), 'body.checksum_sha256');
  });

  describe('becomes a document’s next version', () => {
    it('called as the document is, unless something else is said', async () => {
      await push(server, 'known', { filename: 'elsewhere.csv' });
      const document = await push(server, 'one', { filename: 'notes.md' });
      const made = await postKnownVersion(document.document_id, 'known', {
        ifMatch: etagOf(document),
        message: 'Taken over',
      });
      assert.equal(made.status, 201, made.text);
      const version = made.body as VersionChange;
      assert.deepEqual(
        [version.outcome, version.version, version.original_filename, version.mime_type, version.message],
        ['created', 2, 'notes.md', 'text/markdown', 'Taken over'],
      );
      assert.equal(made.headers['location'], `/documents/${document.document_id}/versions/2`);
      const again = await postKnownVersion(document.document_id, 'known', { ifMatch: etagOf(document) });
      assert.deepEqual([again.status, (again.body as VersionChange).outcome], [200, 'unchanged']);
      const back = await postKnownVersion(document.document_id, 'one', {
        ifMatch: '*',
        original_filename: 'x',
        mime_type: 'a/b',
      });
      assert.deepEqual(
        [(back.body as VersionChange).original_filename, (back.body as VersionChange).mime_type],
        ['x', 'a/b'],
      );
    });

    it('on the same conditions as any change', async () => {
      await push(server, 'known');
      const { document_id } = await push(server, 'one');
      expectProblem(await postKnownVersion(document_id, 'known'), 428, 'precondition_required');
      expectProblem(await postKnownVersion(document_id, 'known', { ifMatch: '"past"' }), 412, 'version_mismatch');
      expectProblem(await postKnownVersion(document_id, 'unknown', { ifMatch: '*' }), 404, 'content_not_found');
      expectProblem(await postKnownVersion('doc_000000000000', 'known', { ifMatch: '*' }), 404, 'document_not_found');
    });

    it('merged with what others wrote, when that is wanted', async () => {
      const base = 'one\n\ntwo\n\nthree\n';
      const document = await push(server, base);
      await push(server, base.replace('one', 'ONE'));
      await push(server, base.replace('three', 'drei'));
      await pushVersion(server, document.document_id, base.replace('three', 'THREE'));
      const condition = { ifMatch: etagOf(document), query: { on_conflict: 'merge' } };
      const merged = await postKnownVersion(document.document_id, base.replace('one', 'ONE'), condition);
      assert.deepEqual([merged.status, (merged.body as VersionChange).outcome], [201, 'merged']);
      assert.equal((await pull(server, document.document_id)).toString(), 'ONE\n\ntwo\n\nTHREE\n');
      expectProblem(
        await postKnownVersion(document.document_id, base.replace('three', 'drei'), condition),
        412,
        'merge_conflict',
      );
    });
  });
});
