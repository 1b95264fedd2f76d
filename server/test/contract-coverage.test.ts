/** Every answer that the contract lists for the operations on versions, texts and the trash is met by a real server. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { contractRoutes } from './contract-document.js';
import { meetAccessAnswers } from './coverage-access.js';
import { meetBatchAnswers } from './coverage-batches.js';
import { meetCollectionAnswers } from './coverage-collections.js';
import { meetUploadAnswers } from './coverage-uploads.js';
import { push } from './documents-client.js';
import { eventually } from './eventually.js';
import { startServer, type TestServer } from './test-server.js';
import { etagOf, get, patchContent, postVersion, pushVersion, rollback } from './versions-client.js';

/** Answers that take keys, a failing machine, or a client that stops in the middle; other tests are about those. */
const ELSEWHERE = ['401', '403', '429', '408', '500', '503', '507'];

describe('the contract’s answers', () => {
  let server: TestServer;
  /** A server that keeps nothing but the current version. */
  let forgetful: TestServer;
  before(async () => {
    server = await startServer({ config: { maxFileBytes: 5000, maxTextBytes: 2000 } });
    forgetful = await startServer({
      config: { keepVersions: 1, collectIntervalSeconds: 0.1, uploadHours: 0.00001 },
      background: true,
    });
  });
  after(async () => {
    await server.close().finally(() => forgetful.close());
  });

  it('all come about', async function () {
    // Each operation's schemas are compiled with its first request.
    this.timeout(60_000);
    const LARGE = 'x'.repeat(3000);
    const document = await push(server, '# A\n\na\n\n# B\n\n# B\n', { filename: 'a.md' });
    const id = document.document_id;
    const past = etagOf(document);
    const one = { ifMatch: '*', filename: 'a.md' };
    await pushVersion(server, id, '# A\n\nb\n\n# B\n\n# B\n', one);
    const at = `/documents/${id}`;
    const call = (method: 'get' | 'post' | 'patch' | 'delete', place: string) => request(server.url)[method](place);
    const missing = '/documents/doc_000000000000';

    // Creating.
    await postVersion(server, id, '# A\n\nb\n\n# B\n\n# B\n', one);
    await postVersion(server, id, 'x', { ifMatch: past });
    await postVersion(server, id, '# A\n\nc\n\n# B\n\n# B\n', { ifMatch: past, onConflict: 'merge' });
    await postVersion(server, id, 'x');
    await postVersion(server, id, 'x', { ifMatch: 'x' });
    await postVersion(server, 'doc_000000000000', 'x', { ifMatch: '*' });
    await postVersion(server, id, 'x'.repeat(5001), { ifMatch: '*' });
    await call('post', `${at}/versions`).set('If-Match', '*').send({});
    // Editing.
    const append = [{ op: 'append', text: 'x\n' }];
    await patchContent(server, id, append, { ifMatch: '*' });
    await patchContent(server, id, [{ op: 'replace', old: 'x', new: 'x' }], { ifMatch: '*' });
    await patchContent(server, id, [{ op: 'replace', old: 'nowhere', new: 'x' }], { ifMatch: '*' });
    await patchContent(server, id, append, { ifMatch: past });
    await patchContent(server, id, [{ op: 'replace', old: 'a\n\n#', new: 'd\n\n#' }], {
      ifMatch: past,
      onConflict: 'merge',
    });
    await patchContent(server, id, append);
    await patchContent(server, id, [], { ifMatch: '*' });
    await patchContent(server, 'doc_000000000000', append, { ifMatch: '*' });
    await patchContent(server, id, 'x'.repeat(2 ** 21 + 1), { ifMatch: '*' });
    await call('patch', `${at}/content`).set({ 'If-Match': '*', 'Content-Type': 'text/plain' }).send('x');
    // Rolling back.
    await rollback(server, id, { version: 1 });
    await rollback(server, id, { version: 1 });
    await rollback(server, id, { version: 2 }, '"0"');
    await rollback(server, id, { version: 99 });
    await rollback(server, id, { version: 0 });
    await rollback(server, id, { version: 1, message: 'x'.repeat(300_000) });
    await call('post', `${at}/rollback`).send({ version: 1 });
    await call('post', `${at}/rollback`).set({ 'If-Match': '*', 'Content-Type': 'text/plain' }).send('x');
    // Reading.
    for (const place of ['', '/versions/1', '/text', '/outline', '/metadata', '/diff?from=1', '/versions']) {
      await call('get', `${at}${place}`);
      await call('get', `${missing}${place}`);
      await call('get', `${at}${place}?unknown=1`);
    }
    for (const place of ['', '/versions/1']) {
      await call('get', `${at}${place}`).set('Range', 'bytes=0-0');
      await call('get', `${at}${place}`).set('Range', 'bytes=9999-');
      await call('get', `${at}${place}`).set('If-None-Match', '*');
    }
    await call('get', `${at}/diff?from=99`);
    await call('get', `${at}/text?section=B&version=1`);
    await call('get', `${at}/text?section=C`);
    await call('get', `${at}/text?lines=9999`);
    // Texts that are none, and too large ones.
    for (const content of [Buffer.from([0]), LARGE]) {
      const other = await push(server, content);
      await pushVersion(server, other.document_id, 'small');
      await get(server, other.document_id, '/text', { version: 1 });
      await get(server, other.document_id, '/outline', { version: 1 });
      await get(server, other.document_id, '/diff');
      await rollback(server, other.document_id, { version: 1 });
      await patchContent(server, other.document_id, append, { ifMatch: '*' });
    }
    // What retention has removed.
    const thinned = await push(forgetful, 'v1\n');
    await pushVersion(forgetful, thinned.document_id, 'v2\n');
    await eventually(async () => {
      assert.equal((await get(forgetful, thinned.document_id, '/versions/1')).status, 410);
    });
    for (const place of [
      '?version=1',
      '/metadata?version=1',
      '/versions/1',
      '/diff?from=1',
      '/text?version=1',
      '/outline?version=1',
    ]) {
      await request(forgetful.url).get(`/documents/${thinned.document_id}${place}`);
    }
    await rollback(forgetful, thinned.document_id, { version: 1 });
    // Metadata, trash.
    await call('patch', at).set('If-Match', '"0"').send({ name: 'x' });
    await call('patch', at).send({ name: 'x' });
    await call('patch', at).send({});
    await call('patch', at).send({ description: 'x'.repeat(300_000) });
    await call('patch', at).set('Content-Type', 'text/plain').send('x');
    await call('patch', missing).send({ name: 'x' });
    await call('delete', at).set('If-Match', '"0"');
    await call('delete', `${at}?purge=x`);
    await call('delete', at);
    await call('get', '/trash');
    await call('get', '/trash?limit=0');
    await call('post', `${at}/restore`);
    await call('post', `${missing}/restore`);
    await call('post', '/documents/x/restore');
    await call('delete', missing);

    await meetAccessAnswers(server);
    await meetBatchAnswers(server);
    await meetUploadAnswers(server, forgetful);
    await meetCollectionAnswers(server, forgetful);
    await call('get', '/whoami');
    await call('get', '/whoami?unknown=1');

    const met = new Set([...server.met, ...forgetful.met]);
    const expected = contractRoutes
      .filter(({ operation }) => !/^(uploadDocument|queryDocuments|getHealth|getOpenApi)$/.test(operation.operationId))
      .flatMap(({ operation }) =>
        Object.keys(operation.responses)
          .filter((status) => !ELSEWHERE.includes(status))
          .map((status) => `${operation.operationId} ${status}`),
      );
    assert.ok(expected.length > 60, `${expected.length}`);
    assert.deepEqual(
      expected.filter((answer) => !met.has(answer)),
      [],
    );
    for (const answer of [
      'createVersion 404 content_not_found',
      'createUpload 412 version_mismatch',
      'createUpload 422 checksum_mismatch',
      'appendToUpload 409 offset_mismatch',
      'appendToUpload 410 upload_expired',
      'appendToUpload 412 version_mismatch',
      'appendToUpload 422 checksum_mismatch',
      'appendToUpload 423 upload_locked',
      'getUpload 412 tus_version_unsupported',
      'uploadDocument 404 content_not_found',
      'applyBatch 409 batch_failed',
      'downloadArchive 422 archive_too_large',
      'createVersion 412 version_mismatch',
      'createVersion 412 merge_conflict',
      'createVersion 428 precondition_required',
      'editContent 412 version_mismatch',
      'editContent 412 merge_conflict',
      'editContent 422 edit_failed',
      'editContent 422 not_text',
      'editContent 422 text_too_large',
      'editContent 428 precondition_required',
      'rollbackDocument 404 version_not_found',
      'rollbackDocument 410 version_removed',
      'diffVersions 404 version_not_found',
      'diffVersions 422 not_text',
      'diffVersions 422 text_too_large',
      'readText 404 section_not_found',
      'readText 409 section_ambiguous',
      'readText 416 range_not_satisfiable',
      'readText 422 not_text',
      'readText 422 text_too_large',
      'getOutline 422 not_text',
      'getOutline 422 text_too_large',
    ]) {
      assert.ok(met.has(answer), answer);
    }
  });
});
