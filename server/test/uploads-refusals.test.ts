/** What uploads in pieces are refused with, and what that leaves behind. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { pull, push } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { RawConnection, rawExchange, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';
import { beginUpload, look, metadata, offsetOf, PIECE_TYPE, postUpload, sendPiece } from './uploads-client.js';
import { etagOf, pushVersion } from './versions-client.js';

const MAX_BYTES = 1000;

describe('an upload in pieces is refused', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ config: { maxFileBytes: MAX_BYTES, idleTimeoutSeconds: 0.2 } });
  });
  after(() => server.close());

  async function files(): Promise<string[]> {
    const folder = path.join(server.storageDir, '.uploads', 'default');
    return existsSync(folder) ? await readdir(folder) : [];
  }

  it('when the file is larger than the server takes, before a byte is sent', async () => {
    expectProblem(await postUpload(server, MAX_BYTES + 1), 413, 'file_too_large');
    expectProblem(await postUpload(server, Number.MAX_SAFE_INTEGER), 413, 'file_too_large');
    assert.equal((await postUpload(server, MAX_BYTES)).status, 201);
    assert.equal((await files()).length, 1);
  });

  for (const length of ['', '-1', '1.5', '0x10', '1e3', '+5', '05', '9007199254740993', 'x', '5, 5']) {
    it(`with the length ${JSON.stringify(length)}`, async () => {
      expectInvalid(await postUpload(server, length), 'header.upload-length');
    });
  }

  it('without a length, or with one that is to come later, or as a part of another', async () => {
    const post = (headers: Record<string, string>) =>
      request(server.url)
        .post('/uploads')
        .set({ 'Tus-Resumable': '1.0.0', 'Upload-Metadata': metadata({ filename: 'a' }), ...headers });
    expectInvalid(await post({}), 'header.upload-length');
    expectInvalid(await post({ 'Upload-Defer-Length': '1' }), 'header.upload-length');
    expectInvalid(await post({ 'Upload-Length': '5', 'Upload-Defer-Length': '1' }), 'header.upload-defer-length');
    expectInvalid(await post({ 'Upload-Length': '5', 'Upload-Concat': 'partial' }), 'header.upload-concat');
  });

  it('without metadata, and with metadata that break the contract', async () => {
    const bare = await request(server.url).post('/uploads').set('Upload-Length', '1');
    expectInvalid(bare, 'header.upload-metadata');
    expectInvalid(await postUpload(server, 1, 'filename'), 'header.upload-metadata.filename');
    expectInvalid(
      await postUpload(server, 1, { name: ' ', tags: 'a\tb', color: 'red' }),
      'header.upload-metadata.name',
    );
    expectInvalid(
      await postUpload(server, 1, metadata({ filename: 'a', __proto: 'x' })),
      'header.upload-metadata.__proto',
    );
    expectInvalid(await postUpload(server, 1, 'filename YQ==,__proto__ YQ=='), 'header.upload-metadata');
  });

  it('with a header of 64 KB', async () => {
    const head = requestHead('POST /uploads', 'Upload-Length: 1', `Upload-Metadata: filename ${'YQ=='.repeat(16_000)}`);
    expectProblem(await rawExchange(server.port, head), 431, 'headers_too_large');
  });

  it('with what is for a document and for a version at once', async () => {
    const { document_id } = await push(server, 'x');
    expectInvalid(await postUpload(server, 1, { if_match: '*' }), 'header.upload-metadata.if_match');
    expectInvalid(await postUpload(server, 1, { message: 'x' }), 'header.upload-metadata.message');
    const mixed = { document_id, if_match: '*', name: 'x', tags: 'x' };
    expectInvalid(await postUpload(server, 1, mixed), 'header.upload-metadata.name', 'header.upload-metadata.tags');
    expectInvalid(await postUpload(server, 1, { document_id, if_match: 'x' }), 'header.upload-metadata.if_match');
  });

  it('before a byte is sent, when it names no version, no document, or one that has moved on', async () => {
    const document = await push(server, 'one');
    const { document_id } = document;
    await pushVersion(server, document_id, 'two');
    const if_match = etagOf(document);
    expectProblem(await postUpload(server, 1, { document_id }), 428, 'precondition_required');
    const missing = { document_id: 'doc_000000000000', if_match: '*' };
    expectProblem(await postUpload(server, 1, missing), 404, 'document_not_found');
    const late = await postUpload(server, 1, { document_id, if_match });
    expectProblem(late, 412, 'version_mismatch');
    assert.equal(late.headers['tus-resumable'], '1.0.0');
    assert.equal(late.headers['etag'], `"${createHash('sha256').update('two').digest('hex')}"`);
  });

  it('at its end, and removed, when its digest is not the one that was promised', async () => {
    const before = await files();
    const content = randomBytes(100);
    const promised = createHash('sha256').update('something else').digest('hex');
    const location = await beginUpload(server, 100, { checksum_sha256: promised });
    await sendPiece(server, location, 0, content.subarray(0, 50));
    const problem = expectProblem(
      await sendPiece(server, location, 50, content.subarray(50)),
      422,
      'checksum_mismatch',
    );
    assert.match(problem.detail, new RegExp(createHash('sha256').update(content).digest('hex')));
    expectProblem(await request(server.url).get(location), 404, 'upload_not_found');
    assert.deepEqual(await files(), before);
    expectProblem(
      await postUpload(server, 3, { checksum_sha256: promised }, Buffer.from('abc')),
      422,
      'checksum_mismatch',
    );
    assert.deepEqual(await files(), before);
  });

  it('a piece that does not begin where the last one ended', async () => {
    const location = await beginUpload(server, 10);
    await sendPiece(server, location, 0, 'abc');
    for (const offset of [0, 2, 4, 10, Number.MAX_SAFE_INTEGER]) {
      const answer = await sendPiece(server, location, offset, 'xyz');
      expectProblem(answer, 409, 'offset_mismatch');
      assert.equal(answer.headers['upload-offset'], '3');
    }
    for (const offset of ['', '-1', '3.0', '0x3', '03', '9007199254740993']) {
      expectInvalid(await sendPiece(server, location, offset, 'xyz'), 'header.upload-offset');
    }
    assert.equal(await offsetOf(server, location), 3);
    assert.equal((await sendPiece(server, location, 3, 'defghij')).status, 204);
  });

  it('a piece that goes beyond the end, and only what fits of one that does not say how long it is', async () => {
    const location = await beginUpload(server, 5);
    expectProblem(await sendPiece(server, location, 0, 'abcdef'), 413, 'body_too_large');
    assert.equal(await offsetOf(server, location), 0);
    const headers = ['Upload-Offset: 0', `Content-Type: ${PIECE_TYPE}`, 'Transfer-Encoding: chunked'];
    const chunks = '3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n';
    const head = requestHead(`PATCH ${location}`, ...headers);
    expectProblem(await rawExchange(server.port, `${head}${chunks}`), 413, 'body_too_large');
    const offset = await offsetOf(server, location);
    assert.ok(offset <= 5, String(offset));
    await sendPiece(server, location, offset, 'abcde'.slice(offset));
    assert.equal((await pull(server, (await look(server, location)).document?.document_id ?? '')).toString(), 'abcde');
    expectProblem(await postUpload(server, 2, {}, Buffer.from('abc')), 413, 'body_too_large');
  });

  it('a piece of another media type', async () => {
    const location = await beginUpload(server, 5);
    const typed = (type: string) =>
      request(server.url).patch(location).set({ 'Upload-Offset': '0', 'Content-Type': type }).send('abcde');
    for (const type of ['application/octet-stream', 'text/plain', `${PIECE_TYPE}; charset=utf-8`]) {
      expectProblem(await typed(type), 415, 'unsupported_media_type');
    }
    const untyped = `${requestHead(`PATCH ${location}`, 'Upload-Offset: 0', 'Content-Length: 5')}abcde`;
    expectProblem(await rawExchange(server.port, untyped), 415, 'unsupported_media_type');
    const posted = await request(server.url)
      .post('/uploads')
      .set({ 'Upload-Length': '1', 'Upload-Metadata': 'filename YQ==', 'Content-Type': 'text/plain' })
      .send('a');
    expectProblem(posted, 415, 'unsupported_media_type');
    assert.equal(await offsetOf(server, location), 0);
  });

  it('to somebody who speaks another version of the protocol', async () => {
    const location = await beginUpload(server, 5);
    for (const method of ['get', 'delete'] as const) {
      const answer = await request(server.url)[method](location).set('Tus-Resumable', '0.2.2');
      expectProblem(answer, 412, 'tus_version_unsupported');
      assert.equal(answer.headers['tus-version'], '1.0.0');
    }
    assert.equal(await offsetOf(server, location), 0);
  });

  it('that is not there, or cannot be', async () => {
    const place = `/uploads/${'0'.repeat(32)}`;
    expectProblem(await request(server.url).get(place), 404, 'upload_not_found');
    expectProblem(await request(server.url).head(place).then(withProblemOf(place)), 404, 'upload_not_found');
    expectProblem(await sendPiece(server, place, 0, 'x'), 404, 'upload_not_found');
    expectProblem(await request(server.url).delete(place), 404, 'upload_not_found');
    for (const id of ['x', '0'.repeat(31), 'A'.repeat(32), '..%2f..%2fdocuments.db', `${'0'.repeat(32)}.lock`]) {
      expectInvalid(await request(server.url).get(`/uploads/${id}`), 'path.upload_id');
      expectInvalid(await sendPiece(server, `/uploads/${id}`, 0, 'x'), 'path.upload_id');
    }
  });

  it('further time when it makes no progress; what had arrived counts', async () => {
    const location = await beginUpload(server, 100);
    const connection = await RawConnection.open(server.port);
    const head = requestHead(
      `PATCH ${location}`,
      'Upload-Offset: 0',
      `Content-Type: ${PIECE_TYPE}`,
      'Content-Length: 100',
    );
    await connection.write(`${head}${'x'.repeat(60)}`);
    const problem = expectProblem(await connection.response(), 408, 'request_timeout');
    assert.match(problem.detail, /What arrived is kept/);
    assert.equal(await offsetOf(server, location), 60);
    connection.destroy();
  });

  /** A HEAD has no body to look at: the same is asked with GET. */
  function withProblemOf(place: string) {
    return async (head: { status: number }) => {
      const got = await request(server.url).get(place);
      assert.equal(head.status, got.status);
      return got;
    };
  }
});
