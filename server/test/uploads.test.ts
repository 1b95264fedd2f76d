/** Uploads in pieces: what they become, and what is told of them on the way. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { find, pull, push, sha256, type Document } from './documents-client.js';
import { expectProblem } from './problem.js';
import { RawConnection, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';
import { beginUpload, look, metadata, offsetOf, PIECE_TYPE, postUpload, sendPiece } from './uploads-client.js';
import { etagOf, pushVersion, type VersionChange } from './versions-client.js';

describe('an upload in pieces', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  /** Names of the files that lie where pieces are put together. */
  async function files(): Promise<string[]> {
    return await readdir(path.join(server.storageDir, '.uploads', 'default'));
  }

  it('becomes a document, like any other push, once its last byte is there', async () => {
    const content = randomBytes(300_000);
    const said = { filename: 'großer Plan.md', name: 'docs/plan.md', tags: 'a, b', description: 'two\nlines' };
    const begun = await postUpload(server, content.length, { ...said, checksum_sha256: sha256(content) });
    assert.equal(begun.status, 201, begun.text);
    const { location = '' } = begun.headers;
    assert.match(location, /^\/uploads\/[0-9a-f]{32}$/);
    assert.equal(begun.headers['tus-resumable'], '1.0.0');
    assert.equal(begun.headers['upload-offset'], '0');
    const days = (Date.parse(begun.headers['upload-expires'] ?? '') - Date.now()) / 86_400_000;
    assert.ok(days > 0.99 && days < 1.01, begun.headers['upload-expires']);

    for (const [start, end] of [
      [0, 1],
      [1, 1],
      [1, 200_000],
    ] as const) {
      const answer = await sendPiece(server, location, start, content.subarray(start, end));
      assert.equal(answer.status, 204, answer.text);
      assert.equal(answer.headers['upload-offset'], String(end));
      assert.equal(answer.headers['x-document-id'], undefined);
      assert.equal(await offsetOf(server, location), end);
    }
    assert.deepEqual(await find(server, { name: 'docs/plan.md' }), []);
    const last = await sendPiece(server, location, 200_000, content.subarray(200_000));
    assert.equal(last.status, 204, last.text);
    const document_id = last.headers['x-document-id'] ?? '';
    assert.equal(last.headers['x-document-version'], '1');
    assert.equal(last.headers['upload-expires'], undefined);

    const metadataOf = await request(server.url).get(`/documents/${document_id}/metadata`).expect(200);
    const document = metadataOf.body as Document;
    assert.deepEqual([document.name, document.original_filename], ['docs/plan.md', 'großer Plan.md']);
    assert.deepEqual([document.tags, document.description], [['a', 'b'], 'two\nlines']);
    assert.equal(document.mime_type, 'text/markdown');
    assert.equal(document.checksum_sha256, sha256(content));
    assert.deepEqual(await pull(server, document_id), content);
    const upload = await look(server, location);
    assert.deepEqual(upload.document, document);
    assert.deepEqual([upload.offset_bytes, upload.size_bytes], [content.length, content.length]);
    assert.deepEqual(await files(), []);
  });

  it('is told of to a client that asks with HEAD, without a body', async () => {
    const said = { filename: 'ä', description: '' };
    const location = await beginUpload(server, 10, said);
    await sendPiece(server, location, 0, 'abc');
    const connection = await RawConnection.open(server.port);
    await connection.write(requestHead(`HEAD ${location}`, 'Tus-Resumable: 1.0.0'));
    const { status, headers } = await connection.response({ bodiless: true });
    assert.equal(status, 200);
    assert.equal(headers['upload-offset'], '3');
    assert.equal(headers['upload-length'], '10');
    assert.equal(headers['upload-metadata'], metadata(said).trim());
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['tus-resumable'], '1.0.0');
    // Whatever came behind the header would be taken for the next answer.
    await connection.write(requestHead('GET /health'));
    assert.equal((await connection.response()).status, 200);
    connection.destroy();
    await request(server.url).delete(location).expect(204);
  });

  it('may bring its first bytes along, or all of them, or have none', async () => {
    const whole = await postUpload(server, 5, {}, Buffer.from('whole'));
    assert.equal(whole.status, 201, whole.text);
    assert.equal(whole.headers['upload-offset'], '5');
    assert.equal((await pull(server, whole.headers['x-document-id'] ?? '')).toString(), 'whole');
    const half = await postUpload(server, 8, {}, Buffer.from('half'));
    assert.equal(half.headers['upload-offset'], '4');
    assert.equal(half.headers['x-document-id'], undefined);
    await sendPiece(server, half.headers['location'] ?? '', 4, 'half');
    const empty = await postUpload(server, 0);
    assert.equal(empty.status, 201, empty.text);
    assert.equal((await pull(server, empty.headers['x-document-id'] ?? '')).length, 0);
    assert.deepEqual(await files(), []);
  });

  it('can be sent in chunks whose sum nobody says beforehand', async () => {
    const location = await beginUpload(server, 10);
    const connection = await RawConnection.open(server.port);
    const headers = ['Upload-Offset: 0', `Content-Type: ${PIECE_TYPE}`, 'Transfer-Encoding: chunked'];
    await connection.write(`${requestHead(`PATCH ${location}`, ...headers)}4\r\nabcd\r\n6\r\nefghij\r\n0\r\n\r\n`);
    const { status, headers: answered } = await connection.response({ bodiless: true });
    assert.equal(status, 204);
    assert.equal((await pull(server, answered['x-document-id'] ?? '')).toString(), 'abcdefghij');
    connection.destroy();
  });

  it('of content that is there already stores it once', async () => {
    const content = randomBytes(1000);
    const first = await push(server, content);
    const blobs = (await server.storedBlobs()).length;
    const location = await beginUpload(server, content.length);
    const { headers } = await sendPiece(server, location, 0, content);
    assert.notEqual(headers['x-document-id'], first.document_id);
    assert.equal((await server.storedBlobs()).length, blobs);
  });

  it('tells again what it became, however often its last piece comes', async () => {
    const location = await beginUpload(server, 3);
    const { headers } = await sendPiece(server, location, 0, 'abc');
    for (let time = 0; time < 3; time += 1) {
      const again = await sendPiece(server, location, 3, '');
      assert.equal(again.status, 204, again.text);
      assert.equal(again.headers['x-document-id'], headers['x-document-id']);
    }
    expectProblem(await sendPiece(server, location, 0, 'abc'), 409, 'offset_mismatch');
    assert.deepEqual(await files(), []);
  });

  it('is gone when its client gives it up, and what it became stays', async () => {
    const unfinished = await beginUpload(server, 3);
    await sendPiece(server, unfinished, 0, 'a');
    await request(server.url).delete(unfinished).expect(204);
    const finished = await beginUpload(server, 3);
    const { headers } = await sendPiece(server, finished, 0, 'abc');
    await request(server.url).delete(finished).expect(204);
    for (const location of [unfinished, finished]) {
      expectProblem(await request(server.url).get(location), 404, 'upload_not_found');
      expectProblem(await sendPiece(server, location, 0, 'abc'), 404, 'upload_not_found');
      expectProblem(await request(server.url).delete(location), 404, 'upload_not_found');
    }
    assert.equal((await pull(server, headers['x-document-id'] ?? '')).toString(), 'abc');
    assert.deepEqual(await files(), []);
  });

  it('becomes a document’s next version', async () => {
    const document = await push(server, 'one');
    const { document_id } = document;
    const said = { filename: 'b.txt', document_id, if_match: etagOf(document), message: 'the second' };
    const location = await beginUpload(server, 3, said);
    const answer = await sendPiece(server, location, 0, 'two');
    assert.equal(answer.status, 204, answer.text);
    assert.deepEqual([answer.headers['x-document-id'], answer.headers['x-document-version']], [document_id, '2']);
    const { change, document: none } = await look(server, location);
    assert.equal(none, undefined);
    assert.deepEqual([change?.outcome, change?.message, change?.parents], ['created', 'the second', [1]]);
    assert.equal(change?.original_filename, 'b.txt');
    assert.equal((await pull(server, document_id)).toString(), 'two');
    // Who repeats it, not knowing that it was done, finds it done.
    const again = await beginUpload(server, 3, { ...said, checksum_sha256: sha256('two') });
    assert.equal((await sendPiece(server, again, 0, 'two')).headers['x-document-version'], '2');
    assert.equal((await look(server, again)).change?.outcome, 'unchanged');
  });

  it('is merged with what others wrote meanwhile, if that is wanted', async () => {
    const document = await push(server, 'a\nb\nc\n');
    const { document_id } = document;
    const said = { document_id, if_match: etagOf(document), on_conflict: 'merge' };
    const [merging, conflicting] = [await beginUpload(server, 6, said), await beginUpload(server, 6, said)];
    await pushVersion(server, document_id, 'A\nb\nc\n');
    const answer = await sendPiece(server, merging, 0, 'a\nb\nC\n');
    assert.equal(answer.headers['x-document-version'], '3');
    const { change } = await look(server, merging);
    assert.deepEqual([change?.outcome, (change as VersionChange).parents], ['merged', [2, 1]]);
    assert.equal((await pull(server, document_id)).toString(), 'A\nb\nC\n');
    expectProblem(await sendPiece(server, conflicting, 0, 'x\nb\nc\n'), 412, 'merge_conflict');
    // To a tus client all bytes there means done, so even a look does not say so.
    expectProblem(await request(server.url).get(conflicting), 412, 'merge_conflict');
    await request(server.url).delete(conflicting).expect(204);
  });

  it('that comes too late for its version is kept, and tried again when it is asked to', async () => {
    const document = await push(server, 'first');
    const { document_id } = document;
    const location = await beginUpload(server, 3, { document_id, if_match: etagOf(document) });
    await pushVersion(server, document_id, 'second');
    const refused = expectProblem(await sendPiece(server, location, 0, 'new'), 412, 'version_mismatch');
    assert.match(refused.detail, /version 2/);
    expectProblem(await sendPiece(server, location, 3, ''), 412, 'version_mismatch');
    expectProblem(await request(server.url).get(location), 412, 'version_mismatch');
    await pushVersion(server, document_id, 'first');
    const answer = await sendPiece(server, location, 3, '');
    assert.equal(answer.status, 204, answer.text);
    assert.equal(answer.headers['x-document-version'], '4');
    assert.deepEqual(await files(), []);
  });

  it('finds its document in the trash, and goes on when that is back', async () => {
    const document = await push(server, 'old');
    const at = `/documents/${document.document_id}`;
    const location = await beginUpload(server, 3, { document_id: document.document_id, if_match: '*' });
    await request(server.url).delete(at).expect(200);
    expectProblem(await sendPiece(server, location, 0, 'new'), 404, 'document_not_found');
    await request(server.url).post(`${at}/restore`).expect(200);
    // A look is enough: all bytes are there.
    assert.equal((await look(server, location)).change?.version, 2);
  });

  it('can do what it says it can, on any host', async () => {
    const answer = await request(server.url).options('/uploads');
    assert.equal(answer.status, 204);
    assert.equal(answer.headers['tus-version'], '1.0.0');
    assert.equal(answer.headers['tus-extension'], 'creation,creation-with-upload,expiration,termination');
    assert.equal(answer.headers['tus-max-size'], String(1024 ** 3));
    for (const name of Object.keys(answer.headers)) assert.doesNotMatch(name, /^access-control/);
    const begun = await request(server.url)
      .post('/uploads')
      .set({ 'Upload-Length': '1', 'Upload-Metadata': 'filename YQ==', 'X-Forwarded-Host': 'evil.example' })
      .set('Forwarded', 'host=evil.example');
    assert.match(begun.headers['location'] ?? '', /^\/uploads\/[0-9a-f]{32}$/);
    await request(server.url).delete(begun.headers['location'] ?? '');
  });

  it('takes no other method for the one that was sent', async () => {
    const location = await beginUpload(server, 3);
    const overridden = await request(server.url).get(location).set('X-HTTP-Method-Override', 'DELETE');
    assert.equal(overridden.status, 200);
    expectProblem(await request(server.url).post(location), 405, 'method_not_allowed');
    expectProblem(await request(server.url).options('/documents'), 405, 'method_not_allowed');
    assert.equal(await offsetOf(server, location), 0);
    await request(server.url).delete(location).expect(204);
  });
});
