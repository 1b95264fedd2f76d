/** `GET /archive`: documents as one file, made while it is sent. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import request, { type Response } from 'supertest';
import { filePart, pushBatch } from './batch-client.js';
import { binary, push, sha256 } from './documents-client.js';
import { eventually } from './eventually.js';
import { putManyDocuments } from './many-documents.js';
import { expectInvalid, expectProblem } from './problem.js';
import { openBlobs, startServer, type TestServer } from './test-server.js';
import { pushVersion } from './versions-client.js';

const run = promisify(execFile);

/** The programs that people have for these formats. */
const EXTRACT = {
  zip: (archive: string, folder: string) => run('unzip', ['-q', archive, '-d', folder]),
  tar: (archive: string, folder: string) => run('tar', ['-xf', archive, '-C', folder]),
} as const;

describe('an archive', () => {
  let server: TestServer;
  let folder: string;
  beforeEach(async () => {
    server = await startServer({ expectedFailures: [500] });
    folder = await mkdtemp(path.join(tmpdir(), 'document-server-archive-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
    await server.close();
  });

  async function getArchive(query: Record<string, string> = {}): Promise<Response> {
    return request(server.url).get('/archive').query(query).buffer(true).parse(binary);
  }

  /** Fetches an archive and extracts it with the system's own program: the digests of the files by their paths. */
  async function extracted(format: 'zip' | 'tar', query: Record<string, string> = {}): Promise<Record<string, string>> {
    const response = await getArchive({ ...query, format });
    assert.equal(response.status, 200);
    const file = path.join(folder, `archive.${format}`);
    const target = await mkdtemp(path.join(folder, 'into-'));
    await writeFile(file, response.body as Buffer);
    await EXTRACT[format](file, target);
    const files: Record<string, string> = {};
    for (const item of await readdir(target, { recursive: true, withFileTypes: true })) {
      if (item.isDirectory()) continue;
      const place = path.join(item.parentPath, item.name);
      assert.ok(item.isFile(), `${place} is no plain file`);
      files[path.relative(target, place)] = sha256(await readFile(place));
    }
    return files;
  }

  for (const format of ['zip', 'tar'] as const) {
    it(`as ${format} extracts to the documents’ current contents under their paths`, async () => {
      const large = randomBytes(3_000_000);
      await push(server, '# A\n', { filename: 'a.md', name: 'docs/a.md' });
      await push(server, large, { filename: 'large.bin' });
      await push(server, '', { filename: 'empty' });
      const changed = await push(server, 'old', { filename: '設計 1.md', name: 'Design' });
      await pushVersion(server, changed.document_id, 'current', { filename: '設計 2.md' });
      assert.deepEqual(await extracted(format), {
        'docs/a.md': sha256('# A\n'),
        'large.bin': sha256(large),
        empty: sha256(''),
        '設計 2.md': sha256('current'),
      });
    });

    it(`as ${format} of 2,000 documents with equal and hostile names extracts safely, and loses none`, async () => {
      const hostile = [
        '../../escape',
        '/etc/passwd',
        'C:/x',
        'a/../../b',
        'docs\\..\\x',
        'NUL',
        'con.txt',
        'same.md',
        'SAME.MD',
        'caf\u00e9',
        'cafe\u0301',
        'dir',
        'dir/inner',
        'dir/INNER/deep',
        '.git/hooks/post-checkout',
        'trailing. . ',
        'a:stream',
        '-rf',
        '~',
        `${'設'.repeat(200)}.md`,
      ];
      const expected = new Set<string>();
      for (let start = 0; start < 2000; start += 1000) {
        const items = Array.from({ length: 1000 }, (_, index) => {
          const name = hostile[(start + index) % hostile.length] ?? '';
          const original_filename = name.split('/').at(-1) ?? '';
          expected.add(sha256(`content ${start + index}`));
          // The form's own parser refuses no name that the contract allows.
          return { file: `f${index}`, name, original_filename: original_filename.replaceAll('\\', '_') };
        });
        const files = items.map(({ file }, index) => filePart(file, `content ${start + index}`));
        assert.equal((await pushBatch(server, items, ...files)).created, 1000);
      }
      const files = await extracted(format);
      assert.deepEqual(new Set(Object.values(files)), expected);
      assert.equal(Object.keys(files).length, 2000);
      const keys = Object.keys(files).map((name) => name.normalize('NFD').toUpperCase());
      assert.equal(new Set(keys).size, 2000, 'some differ in case or Unicode form alone');
      assert.deepEqual(
        (await readdir(folder)).filter((name) => !/^(into-|archive\.)/.test(name)),
        [],
      );
    });
  }

  it('holds what a query finds, oldest first, or what is asked for by ids, each once', async () => {
    const a = await push(server, 'a', { filename: 'a.md', tags: 'x', name: 'One' });
    const b = await push(server, 'b', { filename: 'b.md', tags: 'x,y', name: 'Two' });
    const c = await push(server, 'c', { filename: 'c.md', name: 'Three' });
    const pathsOf = async (query: Record<string, string>): Promise<string[]> =>
      Object.keys(await extracted('tar', query));
    assert.deepEqual((await pathsOf({ tags: 'x' })).sort(), ['a.md', 'b.md']);
    assert.deepEqual(await pathsOf({ tags: 'x', name: 'tw' }), ['b.md']);
    assert.deepEqual(await pathsOf({ tags: 'nobody has it' }), []);
    const ids = [c, a, c].map(({ document_id }) => document_id).join(',');
    assert.deepEqual((await pathsOf({ document_ids: ids })).sort(), ['a.md', 'c.md']);
    const { body } = await getArchive({ format: 'tar' });
    const places = [a, b, c].map(({ document_id }) => (body as Buffer).indexOf(document_id));
    assert.deepEqual(
      [...places].sort((one, other) => one - other),
      places,
    );
  });

  it('says what it is, to HEAD too, and is a chunked answer', async () => {
    await push(server, 'a');
    for (const [format, type] of [
      ['zip', 'application/zip'],
      ['tar', 'application/x-tar'],
    ] as const) {
      const response = await getArchive({ format });
      assert.equal(response.headers['content-type'], type);
      assert.equal(response.headers['content-disposition'], `attachment; filename=documents.${format}`);
      assert.equal(response.headers['transfer-encoding'], 'chunked');
      const head = await request(server.url).head('/archive').query({ format }).expect(200);
      assert.equal(head.headers['content-type'], type);
    }
    assert.equal(((await getArchive()).body as Buffer).subarray(0, 2).toString(), 'PK');
  });

  it('is refused before its first byte for documents that are not there', async () => {
    const { document_id } = await push(server, 'a');
    const trashed = await push(server, 'b');
    await request(server.url).delete(`/documents/${trashed.document_id}`).expect(200);
    const ids = [document_id, 'doc_000000000000', trashed.document_id].join();
    const response = await request(server.url).get('/archive').query({ document_ids: ids });
    const { detail } = expectProblem(response, 404, 'document_not_found');
    assert.ok(detail.includes('doc_000000000000') && detail.includes(trashed.document_id), detail);
    assert.ok(!detail.includes(document_id), detail);
    const many = Array.from({ length: 500 }, (_, index) => `doc_${index.toString(16).padStart(12, '0')}`).join();
    const refused = expectProblem(
      await request(server.url).get('/archive').query({ document_ids: many }),
      404,
      'document_not_found',
    );
    assert.match(refused.detail, /and 480 more/);
  });

  it('is refused for a question that is none', async () => {
    const { document_id } = await push(server, 'a');
    const ask = (query: Record<string, string>): Promise<Response> =>
      Promise.resolve(request(server.url).get('/archive').query(query));
    expectInvalid(await ask({ document_ids: document_id, name: 'x' }), 'query.document_ids');
    expectInvalid(await ask({ document_ids: document_id, tags: 'x' }), 'query.document_ids');
    expectInvalid(await ask({ document_ids: 'x' }), 'query.document_ids.0');
    expectInvalid(await ask({ format: 'rar' }), 'query.format');
    expectInvalid(await ask({ limit: '1' }), 'query.limit');
    const many = Array.from({ length: 501 }, () => document_id).join();
    expectInvalid(await ask({ document_ids: many }), 'query.document_ids');
  });

  it('is cut where a content is missing under a document that is there, and the server works on', async () => {
    for (let index = 0; index < 20; index += 1) await push(server, randomBytes(50_000), { filename: `${index}.bin` });
    const broken = await push(server, 'gone without a word', { filename: 'broken.md' });
    await rm(path.join(server.storageDir, 'default', broken.checksum_sha256.slice(0, 2), broken.checksum_sha256));
    await assert.rejects(getArchive({ format: 'zip' }), /aborted|socket hang up/);
    await request(server.url).get('/health').expect(200);
    await request(server.url).delete(`/documents/${broken.document_id}`).expect(200);
    assert.equal((await getArchive({ format: 'zip' })).status, 200);
  });

  it('frees what it holds when the client goes away, and waits for one that does not read', async () => {
    const content = randomBytes(8 * 1024 * 1024);
    for (let index = 0; index < 8; index += 1) await push(server, Buffer.concat([content, Buffer.from([index])]));
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      http.get(`${server.url}/archive?format=tar`, resolve).on('error', reject);
    });
    await eventually(async () => {
      assert.equal(await openBlobs(server), 1);
    });
    response.destroy();
    await eventually(async () => {
      assert.equal(await openBlobs(server), 0);
    });
  });

  it('leaves out what is deleted while it is sent, and has what it is changed to', async () => {
    await push(server, randomBytes(16 * 1024 * 1024), { filename: 'first.bin' });
    const deleted = await push(server, 'deleted', { filename: 'deleted.md' });
    const changed = await push(server, 'before', { filename: 'changed.md' });
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      http.get(`${server.url}/archive?format=tar`, resolve).on('error', reject);
    });
    response.pause();
    await eventually(async () => {
      assert.equal(await openBlobs(server), 1);
    });
    await request(server.url).delete(`/documents/${deleted.document_id}?purge=true`).expect(200);
    await rm(path.join(server.storageDir, 'default', deleted.checksum_sha256.slice(0, 2), deleted.checksum_sha256));
    await pushVersion(server, changed.document_id, 'after', { filename: 'changed.md' });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const archive = Buffer.concat(chunks).toString('latin1');
    assert.ok(response.complete);
    assert.ok(!archive.includes('deleted.md'));
    assert.match(archive, /changed\.md/);
  });

  it('holds up to 50,000 documents, and nothing waits for it meanwhile', async () => {
    await putManyDocuments(server, 50_000, 'many');
    let size = 0;
    const progress = { isSent: false };
    const sent = new Promise<void>((resolve, reject) => {
      const asked = http.get(`${server.url}/archive?tags=many&format=zip`, (response) => {
        response.on('data', (chunk: Buffer) => (size += chunk.length));
        response.on('end', resolve);
      });
      asked.on('error', reject);
    }).finally(() => {
      progress.isSent = true;
    });
    let answered = 0;
    for (; !progress.isSent; answered += 1) await request(server.url).get('/health').expect(200);
    await sent;
    assert.ok(size > 50_000 * 200, `${size} bytes`);
    assert.ok(answered > 20, `${answered} requests were answered meanwhile`);
    await putManyDocuments(server, 1, 'many');
    const response = await request(server.url).get('/archive?tags=many');
    assert.match(expectProblem(response, 422, 'archive_too_large').detail, /50000/);
  }).timeout(60_000);
});
