/** Pushing documents: what is stored, under which words, and where. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { find, postForm, pull, push, sha256, type Document } from './documents-client.js';
import { BOUNDARY, field, file, FORM_TYPE, formBody } from './form-body.js';
import { expectProblem } from './problem.js';
import { RawConnection, requestHead } from './raw-connection.js';
import { readBlob, startServer, type TestServer } from './test-server.js';

const MEBIBYTE = 1024 * 1024;

describe('uploadDocument', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  async function stored(...parts: Parameters<typeof formBody>): Promise<Document> {
    const response = await postForm(server, ...parts);
    assert.equal(response.status, 201, response.text);
    return response.body as Document;
  }

  it('answers with the document, as the contract shows it, and with its place', async () => {
    const before = Date.now();
    const response = await postForm(
      server,
      file('# System Architecture\n', 'architecture.md'),
      field('name', 'System Architecture'),
      field('tags', 'design,docs'),
      field('description', 'How the parts fit.'),
    );
    assert.equal(response.status, 201);
    const { document_id, uploaded_at, ...rest } = response.body as Document;
    assert.match(document_id, /^doc_[0-9a-f]{12}$/);
    assert.equal(response.headers['location'], `/documents/${document_id}`);
    assert.match(uploaded_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(Date.parse(uploaded_at) >= before && Date.parse(uploaded_at) <= Date.now());
    assert.deepEqual(rest, {
      name: 'System Architecture',
      original_filename: 'architecture.md',
      tags: ['design', 'docs'],
      description: 'How the parts fit.',
      size_bytes: 22,
      mime_type: 'text/markdown',
      checksum_sha256: sha256('# System Architecture\n'),
      updated_at: uploaded_at,
      version: 1,
      revision: 1,
      index_status: 'indexed',
    });
    assert.equal(response.headers['etag'], `"${rest.checksum_sha256}"`);
    const metadata = await request(server.url).get(`/documents/${document_id}/metadata`).expect(200);
    assert.deepEqual(metadata.body, response.body);
  });

  it('takes the fields before, after and around the file', async () => {
    const [name, tags, description] = [field('name', 'N'), field('tags', 'a,b'), field('description', 'D')];
    const orders = [
      [file(), name, tags, description],
      [name, tags, description, file()],
      [tags, file(), description, name],
    ];
    for (const order of orders) {
      const document = await stored(...order);
      assert.deepEqual(
        { name: document.name, tags: document.tags, description: document.description },
        { name: 'N', tags: ['a', 'b'], description: 'D' },
      );
    }
  });

  it("calls a document by its file's name and leaves it without tags and description when nothing is said", async () => {
    const document = await stored(file('x', 'notes on a plan.txt'));
    assert.equal(document.name, 'notes on a plan.txt');
    assert.deepEqual(document.tags, []);
    assert.equal(document.description, '');
  });

  it('refuses to call a document by a file name of blanks alone', async () => {
    expectProblem(await postForm(server, file('x', '   ')), 400, 'validation_failed');
  });

  for (const size of [0, 1, 65_535, 65_536, 65_537, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 5_000_000]) {
    it(`stores ${size} bytes as they are`, async () => {
      const content = randomBytes(size);
      const document = await push(server, content);
      assert.equal(document.size_bytes, size);
      assert.equal(document.checksum_sha256, sha256(content));
      assert.ok((await readBlob(server, document.checksum_sha256)).equals(content), 'the blob differs');
      assert.ok((await pull(server, document.document_id)).equals(content), 'the download differs');
    });
  }

  it('stores content that looks like the form around it', async () => {
    const contents = [
      '\r\n',
      '\r\n--',
      `--${BOUNDARY.slice(0, -1)}`,
      `\r\n--${BOUNDARY.slice(0, -1)}`,
      '\n--\r\n--\r',
      '\r\n\r\n\r\n',
      '\0\0\0',
    ];
    for (const content of contents) {
      const document = await stored(file(content));
      assert.deepEqual((await pull(server, document.document_id)).toString(), content);
    }
  });

  it('trims tags, drops empty ones and counts one that is given twice once, in the order given', async () => {
    const cases: [sent: string, stored: string[]][] = [
      ['b, a ,b,,  a,c', ['b', 'a', 'c']],
      ['', []],
      [' , ,', []],
      ['design', ['design']],
      ['Design,design', ['Design', 'design']],
      ['two words,schön,日本,😀', ['two words', 'schön', '日本', '😀']],
      ['\tspaced\t,a', ['spaced', 'a']],
    ];
    for (const [sent, tags] of cases) assert.deepEqual((await stored(file(), field('tags', sent))).tags, tags);
  });

  it('takes every field for text, whatever it looks like', async () => {
    const looks = ['1', 'true', 'null', '1.50', '{"a":1}', '["a"]', '"a"', '-', '0x10', 'undefined', 'NaN'];
    for (const look of looks) {
      const document = await stored(file(), field('name', look), field('description', look), field('tags', look));
      assert.deepEqual([document.name, document.description, document.tags], [look, look, [look]]);
    }
    const list = await stored(file(), field('tags', '["a","b"]'));
    assert.deepEqual(list.tags, ['["a"', '"b"]']);
  });

  it('keeps text as it was sent: spaces, line ends, quotes, other alphabets', async () => {
    const name = '  „Ünïcode“ – 設計 😀 \'"`\\ &amp; <b>%20</b>  ';
    const description = 'one\r\ntwo\n\tthree \u2028 four\n';
    const document = await stored(file(), field('name', name), field('description', description));
    assert.equal(document.name, name);
    assert.equal(document.description, description);
  });

  it('counts names and descriptions in characters, not in bytes', async () => {
    const name = '😀'.repeat(255);
    const description = '日'.repeat(10_000);
    const document = await stored(
      file('x', `${'é'.repeat(251)}.txt`),
      field('name', name),
      field('description', description),
    );
    assert.equal(document.name, name);
    assert.equal(document.description, description);
    assert.equal(document.original_filename, `${'é'.repeat(251)}.txt`);
    await request(server.url).get(`/documents/${document.document_id}`).expect(200);
  });

  it('keeps the file name as it was sent', async () => {
    const names = [
      'übersicht.md',
      '設計書.md',
      '😀.png',
      "it's 100% (done) [1] #2 & more;.txt",
      '.env',
      'no-ending',
      'a..b',
      '...',
    ];
    for (const name of names) assert.equal((await stored(file('x', name))).original_filename, name);
    assert.equal((await stored(file('x', 'say \\"hello\\".txt'))).original_filename, 'say "hello".txt');
    assert.equal(
      (await stored(file('x', 'a.txt"; filename*=UTF-8\'\'na%C3%AFve%20plan.txt; x="'))).original_filename,
      'naïve plan.txt',
    );
  });

  it("derives the media type from the file's name, then from the part", async () => {
    const cases: [filename: string, declared: string | undefined, type: string][] = [
      ['a.md', undefined, 'text/markdown'],
      ['a.MD', 'application/x-foo', 'text/markdown'],
      ['a.json', undefined, 'application/json'],
      ['a.ts', 'video/mp2t', 'text/x-typescript'],
      ['a.html', undefined, 'text/html'],
      ['a.png', undefined, 'image/png'],
      ['Makefile', 'text/x-makefile', 'text/x-makefile'],
      ['a.unknown-ending', 'Application/X-Thing', 'application/x-thing'],
      ['a.unknown-ending', 'application/octet-stream', 'application/octet-stream'],
      // RFC 7578 §4.4: a part that does not say what it is is text.
      ['a.unknown-ending', undefined, 'text/plain'],
    ];
    for (const [filename, declared, type] of cases) {
      assert.equal((await stored(file('x', filename, declared))).mime_type, type, `${filename} as ${String(declared)}`);
    }
  });

  it('stores equal content once, and keeps it for the other when one of two documents is deleted', async () => {
    const content = randomBytes(1000);
    const [first, second] = [await push(server, content), await push(server, content, { filename: 'other.bin' })];
    assert.notEqual(first.document_id, second.document_id);
    const blobs = await server.storedBlobs();
    assert.equal(blobs.filter((name) => name === sha256(content)).length, 1);
    await request(server.url).delete(`/documents/${first.document_id}`).expect(200);
    assert.ok((await pull(server, second.document_id)).equals(content));
  });

  it('lays blobs out by tenant and digest, beside the database and a layout version', async () => {
    const digest = (await push(server, 'laid out')).checksum_sha256;
    assert.equal((await readBlob(server, digest)).toString(), 'laid out');
    const entries = await readdir(server.storageDir);
    for (const entry of ['default', 'documents.db', 'layout.json']) assert.ok(entries.includes(entry), entry);
    const partitions = await readdir(path.join(server.storageDir, 'default'));
    assert.ok(partitions.every((partition) => /^[0-9a-f]{2}$/.test(partition)));
  });

  it('takes a body in chunks, without a length, at any cut', async () => {
    const content = randomBytes(5000);
    const body = formBody(file(content), field('name', 'in chunks'), field('tags', 'x,y'));
    const connection = await RawConnection.open(server.port);
    await connection.write(
      requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Transfer-Encoding: chunked', 'Connection: close'),
    );
    for (let at = 0; at < body.length; at += 7) {
      const chunk = body.subarray(at, at + 7);
      await connection.write(
        Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
      );
    }
    await connection.write('0\r\n\r\n');
    const response = await connection.response();
    assert.equal(response.status, 201);
    const document = response.body as Document;
    assert.deepEqual(
      [document.name, document.tags, document.checksum_sha256],
      ['in chunks', ['x', 'y'], sha256(content)],
    );
    await connection.closed;
  });

  it('lets a client that expects it continue before it sends', async () => {
    const body = formBody(file('expected'));
    const connection = await RawConnection.open(server.port);
    const headers = [`Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`, 'Expect: 100-continue'];
    await connection.write(requestHead('POST /documents', ...headers));
    assert.equal((await connection.response()).status, 100);
    await connection.write(body);
    assert.equal((await connection.response()).status, 201);
    connection.destroy();
  });

  it('ignores what stands before the first and after the last boundary', async () => {
    const body = Buffer.concat([Buffer.from('preamble\r\n'), formBody(file('inside')), Buffer.from('epilogue\r\n')]);
    const response = await request(server.url).post('/documents').set('Content-Type', FORM_TYPE).send(body);
    assert.equal(response.status, 201, response.text);
    assert.equal((await pull(server, (response.body as Document).document_id)).toString(), 'inside');
  });

  it('takes a quoted boundary, parameters in any case, and further parameters', async () => {
    const types = [
      `multipart/form-data; boundary="${BOUNDARY}"`,
      `Multipart/Form-Data; charset=utf-8; BOUNDARY=${BOUNDARY}`,
      `multipart/form-data;boundary=${BOUNDARY}`,
    ];
    for (const type of types) {
      const response = await request(server.url).post('/documents').set('Content-Type', type).send(formBody(file()));
      assert.equal(response.status, 201, `${type}: ${response.text}`);
    }
  });

  it('serves 200 pushes at once, each with its own document', async () => {
    const shared = 'the same content in half of them';
    const documents = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        push(server, index % 2 === 0 ? shared : `content ${index}`, { name: `crowd ${index}`, tags: 'crowd' }),
      ),
    );
    assert.equal(new Set(documents.map(({ document_id }) => document_id)).size, 200);
    const found = await find(server, { tags: 'crowd', limit: 1000 });
    assert.equal(found.length, 200);
    assert.deepEqual(new Set(found.map(({ name }) => name)), new Set(documents.map(({ name }) => name)));
    for (const { document_id, checksum_sha256 } of found) {
      assert.equal(sha256(await pull(server, document_id)), checksum_sha256);
    }
    const blobs = await server.storedBlobs();
    assert.equal(blobs.filter((name) => name === sha256(shared)).length, 1);
  });
});
