/** New versions of a document over HTTP: what is answered, what is stored, what is refused. */
import assert from 'node:assert/strict';
import request, { type Response } from 'supertest';
import { push, sha256, type Document } from './documents-client.js';
import { expectInvalid, expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';
import { etagOf, get, postVersion, pushVersion, textOf, versionsOf, type Version } from './versions-client.js';

describe('createVersion', () => {
  let server: TestServer;
  let document: Document;
  const clock = { time: Date.parse('2026-11-23T10:00:00Z'), now: () => new Date(clock.time) };
  before(async () => {
    server = await startServer({ clock });
  });
  after(() => server.close());
  beforeEach(async () => {
    clock.time += 1000;
    document = await push(server, 'one\n', { filename: 'one.md', name: 'Name', tags: 'b,a' });
    clock.time += 1000;
  });

  it('answers with the version, its place and its ETag, and every surface shows it', async () => {
    const fields = { ifMatch: etagOf(document), message: 'Why\nand „what“', filename: 'zwei ü.txt' };
    const response = await postVersion(server, document.document_id, 'two\n', fields);
    assert.equal(response.status, 201, response.text);
    const version = {
      document_id: document.document_id,
      version: 2,
      parents: [1],
      original_filename: 'zwei ü.txt',
      size_bytes: 4,
      mime_type: 'text/plain',
      checksum_sha256: sha256('two\n'),
      created_at: new Date(clock.time).toISOString(),
      created_by: 'anonymous',
      message: 'Why\nand „what“',
    };
    assert.deepEqual(response.body, { ...version, outcome: 'created' });
    assert.equal(response.headers['location'], `/documents/${document.document_id}/versions/2`);
    assert.equal(response.headers['etag'], etagOf(version));
    const [newest, first, ...others] = await versionsOf(server, document.document_id);
    assert.deepEqual(newest, version);
    assert.deepEqual(others, []);
    assert.deepEqual(first, {
      document_id: document.document_id,
      version: 1,
      parents: [],
      original_filename: 'one.md',
      size_bytes: 4,
      mime_type: 'text/markdown',
      checksum_sha256: document.checksum_sha256,
      created_at: document.uploaded_at,
      created_by: 'anonymous',
      message: '',
    });
    assert.equal(await textOf(server, document.document_id), 'two\n');
    assert.equal(await textOf(server, document.document_id, 1), 'one\n');
    const metadata = await get(server, document.document_id, '/metadata');
    const { original_filename, size_bytes, mime_type, checksum_sha256, created_at: updated_at } = version;
    const facts = { original_filename, size_bytes, mime_type, checksum_sha256 };
    assert.deepEqual(metadata.body, { ...document, ...facts, updated_at, version: 2, revision: 2 });
    assert.equal(metadata.headers['etag'], '"2"');
    const pull = await get(server, document.document_id, '');
    assert.equal(pull.headers['x-document-version'], '2');
    assert.equal(pull.headers['etag'], etagOf(version));
    assert.equal(pull.headers['last-modified'], new Date(clock.time).toUTCString());
  });

  it('makes none of what is there already, and says so', async () => {
    const blobs = await server.storedBlobs();
    for (const ifMatch of ['*', etagOf(document), '"1"', '"something-else"']) {
      const response = await postVersion(server, document.document_id, 'one\n', { ifMatch, message: 'again' });
      assert.equal(response.status, 200, response.text);
      assert.equal(response.headers['etag'], etagOf(document));
      assert.equal(response.headers['location'], undefined);
      const { outcome, version, message } = response.body as { outcome: string; version: number; message: string };
      assert.deepEqual([outcome, version, message], ['unchanged', 1, '']);
    }
    assert.equal((await versionsOf(server, document.document_id)).length, 1);
    assert.deepEqual(await server.storedBlobs(), blobs);
  });

  it('finds a change that is repeated after a lost answer done', async () => {
    const fields = { ifMatch: etagOf(document) };
    await pushVersion(server, document.document_id, 'two\n', fields);
    const again = await postVersion(server, document.document_id, 'two\n', fields);
    assert.equal(again.status, 200, again.text);
    assert.equal((again.body as { version: number }).version, 2);
  });

  it('takes empty content, and large content that is no text', async () => {
    assert.equal((await pushVersion(server, document.document_id, '')).size_bytes, 0);
    const large = Buffer.alloc(5 * 1024 * 1024, '\0\u00ff');
    assert.equal((await pushVersion(server, document.document_id, large)).checksum_sha256, sha256(large));
    assert.deepEqual(await textOf(server, document.document_id, 2), '');
  });

  it('needs a precondition, and says how', async () => {
    const response = await postVersion(server, document.document_id, 'two\n');
    assert.match(expectProblem(response, 428, 'precondition_required').detail, /If-Match.*\*/);
    const merging = await postVersion(server, document.document_id, 'two\n', { onConflict: 'merge' });
    expectProblem(merging, 428, 'precondition_required');
    assert.equal((await versionsOf(server, document.document_id)).length, 1);
  });

  it('refuses with 412 what replaces something else, and says what is there', async () => {
    const current = await pushVersion(server, document.document_id, 'two\n');
    const weak = `W/${etagOf(current)}`;
    for (const ifMatch of [etagOf(document), '"1"', weak, `${weak}, W/"2"`, '"*"', '""', `"${'0'.repeat(64)}"`]) {
      const response = await postVersion(server, document.document_id, 'three\n', { ifMatch });
      const problem = expectProblem(response, 412, 'version_mismatch');
      assert.equal(response.headers['etag'], etagOf(current));
      const { current_version, current_etag } = problem as { current_version?: number; current_etag?: string };
      assert.deepEqual([current_version, current_etag], [2, etagOf(current)]);
      assert.match(problem.detail, /version 2/);
    }
    assert.equal(await textOf(server, document.document_id), 'two\n');
    const several = `"x", ${etagOf(current)},"y"`;
    assert.equal((await pushVersion(server, document.document_id, 'three\n', { ifMatch: several })).version, 3);
    assert.equal((await pushVersion(server, document.document_id, 'four\n', { ifMatch: '"3"' })).version, 4);
  });

  it('refuses a precondition that is none', async () => {
    for (const ifMatch of ['', '  ', 'x', document.checksum_sha256, '"', '"a', "'a'", '*, "a"', 'w/"a"', '"a";']) {
      expectInvalid(await postVersion(server, document.document_id, 'two\n', { ifMatch }), 'header.if-match');
    }
    const long = await postVersion(server, document.document_id, 'two\n', { ifMatch: `"${'x'.repeat(8191)}"` });
    expectInvalid(long, 'header.if-match');
    for (const onConflict of ['', 'Merge', 'overwrite', 'fail,merge']) {
      expectInvalid(
        await postVersion(server, document.document_id, 'two\n', { ifMatch: '*', onConflict }),
        'query.on_conflict',
      );
    }
    assert.equal((await versionsOf(server, document.document_id)).length, 1);
  });

  it('does not find documents that are not there, whatever they are to replace', async () => {
    for (const ifMatch of ['*', etagOf(document)]) {
      expectProblem(await postVersion(server, 'doc_000000000000', 'x', { ifMatch }), 404, 'document_not_found');
    }
    expectInvalid(await postVersion(server, 'doc_x', 'x', { ifMatch: '*' }), 'path.document_id');
  });

  it('checks the message', async () => {
    for (const message of ['a\0b', 'x'.repeat(2001)]) {
      const response = await postVersion(server, document.document_id, 'x', { ifMatch: '*', message });
      expectInvalid(response, 'body.message');
    }
    const longest = '😀'.repeat(1000) + '\n\t'.repeat(500);
    assert.equal((await pushVersion(server, document.document_id, 'x', { message: longest })).message, longest);
  });
});

describe('versions', () => {
  let server: TestServer;
  let document_id: string;
  before(async () => {
    server = await startServer();
    ({ document_id } = await push(server, 'one', { filename: 'one.txt', name: 'Name' }));
    await pushVersion(server, document_id, 'version two', { filename: 'two.md' });
  });
  after(() => server.close());

  it('are shown by ?version=: the content, the metadata, with the name of now', async () => {
    const { body: now } = await get(server, document_id, '/metadata');
    const { body: then, headers } = await get(server, document_id, '/metadata', { version: 1 });
    const expected = { original_filename: 'one.txt', size_bytes: 3, mime_type: 'text/plain', version: 1 };
    assert.deepEqual(then, { ...(now as Document), ...expected, checksum_sha256: sha256('one') });
    assert.equal(headers['etag'], '"2"');
    for (const [query, text, version] of [
      [{ version: '1' }, 'one', '1'],
      [{ version: '2' }, 'version two', '2'],
      [{}, 'version two', '2'],
    ] as const) {
      const response = await fetch(`${server.url}/documents/${document_id}?${new URLSearchParams(query).toString()}`);
      assert.equal(await response.text(), text);
      assert.equal(response.headers.get('x-document-version'), version);
      assert.equal(response.headers.get('cache-control'), 'private, no-cache');
      assert.equal(response.headers.get('x-document-name'), 'Name');
    }
  });

  it('are pulled for ever: immutable, with ranges, conditions and HEAD', async () => {
    const place = `/documents/${document_id}/versions/1`;
    const etag = `"${sha256('one')}"`;
    const whole = await request(server.url).get(place).expect(200, 'one');
    assert.equal(whole.headers['cache-control'], 'private, max-age=31536000, immutable');
    assert.equal(whole.headers['etag'], etag);
    assert.equal(whole.headers['x-document-version'], '1');
    assert.equal(whole.headers['x-document-filename'], 'one.txt');
    assert.equal(whole.headers['content-security-policy'], "default-src 'none'; sandbox");
    const range = await request(server.url).get(place).set('Range', 'bytes=1-').expect(206, 'ne');
    assert.equal(range.headers['content-range'], 'bytes 1-2/3');
    assert.equal(range.headers['repr-digest'], whole.headers['repr-digest']);
    await request(server.url).get(place).set({ Range: 'bytes=1-', 'If-Range': etag }).expect(206);
    await request(server.url).get(place).set({ Range: 'bytes=1-', 'If-Range': '"x"' }).expect(200, 'one');
    const outside = await request(server.url).get(place).set('Range', 'bytes=3-');
    expectProblem(outside, 416, 'range_not_satisfiable');
    assert.equal(outside.headers['content-range'], 'bytes */3');
    const same = await request(server.url).get(place).set('If-None-Match', `"x", W/${etag}`).expect(304);
    assert.equal(same.headers['cache-control'], whole.headers['cache-control']);
    assert.equal(same.text, '');
    const head = await request(server.url).head(place).expect(200);
    assert.equal(head.headers['content-length'], '3');
    assert.equal(head.headers['etag'], etag);
  });

  it('that are not there are not found, nor numbers that are none', async () => {
    const at = async (version: string | number) => [
      await get(server, document_id, `/versions/${version}`),
      await get(server, document_id, '', { version }),
      await get(server, document_id, '/metadata', { version }),
      await get(server, document_id, '/text', { version }),
      await get(server, document_id, '/outline', { version }),
    ];
    for (const version of [3, 2 ** 31 - 1]) {
      for (const response of await at(version)) expectProblem(response, 404, 'version_not_found');
    }
    for (const version of ['0', '-1', '1.5', '2147483648', '99999999999999999999', 'one', 'null', '01x']) {
      const [path, ...queries] = await at(version);
      expectInvalid(path ?? assert.fail(), 'path.version');
      for (const response of queries) expectInvalid(response, 'query.version');
    }
    for (const response of [
      await get(server, document_id, '?version=1&version=2'),
      await get(server, document_id, '?version='),
      await get(server, document_id, '?version[]=1'),
      await get(server, document_id, '/versions/%00'),
      await get(server, document_id, '/versions/..%2f1'),
    ]) {
      assert.equal(response.status, 400, response.text);
    }
    expectProblem(await get(server, 'doc_000000000000', '/versions/1'), 404, 'document_not_found');
    expectProblem(await get(server, 'doc_000000000000', '/versions'), 404, 'document_not_found');
  });

  it('have numbers written as people write them, and no other way', async () => {
    for (const version of ['0x1', '1e0', '%2B1', '%201', '1%20', '1.0', '01', '0b1']) {
      for (const place of [`/versions/${version}`, `?version=${version}`, `/metadata?version=${version}`]) {
        const response = await get(server, document_id, place);
        assert.equal(response.status, 400, `${place}: ${response.status}`);
      }
    }
  });

  it('are listed page by page, the newest first, by the Link alone', async () => {
    for (let version = 3; version <= 8; version += 1) await pushVersion(server, document_id, `content ${version}`);
    const pages: number[][] = [];
    let address: string | undefined = `/documents/${document_id}/versions?limit=3`;
    while (address !== undefined) {
      const page: Response = await request(server.url).get(address).expect(200);
      pages.push((page.body as Version[]).map(({ version }) => version));
      address = /^<(.+)>; rel="next"$/.exec(page.headers['link'] ?? '')?.[1];
    }
    assert.deepEqual(pages, [
      [8, 7, 6],
      [5, 4, 3],
      [2, 1],
    ]);
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'cursor=!', 'cursor=', 'cursor=x', 'unknown=1']) {
      const response = await request(server.url).get(`/documents/${document_id}/versions?${query}`);
      expectProblem(response, 400, 'validation_failed');
    }
  });
});
