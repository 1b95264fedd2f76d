import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { DocumentClient, type Document, IntegrityError } from '../src/index.js';
import { refusedAs } from './refusals.js';
import { type ServerProcess, startServer } from './server-process.js';

const MEBIBYTE = 1024 * 1024;

describe('the SDK against the server', () => {
  let server: ServerProcess;
  let client: DocumentClient;
  let folder: string;

  before(async function () {
    this.timeout(20_000);
    server = await startServer({ DOCUMENT_MAX_FILE_BYTES: String(64 * MEBIBYTE), DOCUMENT_LOG_LEVEL: 'warn' });
    client = new DocumentClient({ baseUrl: server.url });
    folder = await mkdtemp(join(tmpdir(), 'sdk-e2e-'));
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('pushes a file, finds it, reads it and pulls it back byte for byte', async () => {
    const content = randomBytes(3 * MEBIBYTE);
    const path = join(folder, 'Größe "100%".bin');
    await writeFile(path, content);
    const pushed = await client.upload(path, { name: 'Größe', tags: ['design', 'ü & x'], description: 'Two\nlines.' });
    assert.equal(pushed.original_filename, 'Größe "100%".bin');
    assert.equal(pushed.checksum_sha256, createHash('sha256').update(content).digest('hex'));
    assert.deepEqual(await client.get(pushed.document_id), pushed);
    assert.deepEqual((await client.query({ name: 'GRÖ', tags: ['ü & x', 'design'] })).documents, [pushed]);

    const directory = await mkdtemp(join(folder, 'pulled-'));
    const pulled = await client.downloadToFile(pushed.document_id, { directory });
    assert.equal(pulled.path, join(directory, 'Größe "100%".bin'));
    assert.equal(pulled.name, 'Größe');
    assert(content.equals(await readFile(pulled.path)));
    assert.deepEqual(await readdir(directory), ['Größe "100%".bin']);
  });

  it('keeps every file name that the contract allows', async () => {
    const names = [
      'caf%C3%A9.txt',
      '50%25 off.md',
      ' blank.txt',
      'x;y="z".txt',
      "it's.md",
      '资料.pdf',
      '.env',
      'noext',
    ];
    for (const filename of names) {
      const { document_id, original_filename } = await client.upload(new Blob(['x']), { filename });
      const download = await client.download(document_id);
      await download.body.cancel();
      assert.deepEqual([original_filename, download.filename], [filename, filename]);
      await client.delete(document_id);
    }
  });

  it('pushes a Blob, a web stream, a Node stream and nothing at all', async () => {
    const text = 'The same content.';
    const sources = [new Blob([text]), new Blob([text]).stream(), Readable.from([Buffer.from(text)]), new Blob([])];
    for (const source of sources) {
      const { document_id, size_bytes, mime_type } = await client.upload(source, { filename: 'notes.md' });
      assert.equal(mime_type, 'text/markdown');
      assert.equal(await (await (await client.download(document_id)).blob()).text(), size_bytes === 0 ? '' : text);
    }
  });

  it('changes and deletes a document', async () => {
    const { document_id } = await client.upload(new Blob(['x']), { filename: 'a.txt', tags: ['old'] });
    const changed = await client.update(document_id, { name: 'Other', tags: ['new', 'newer'] });
    assert.deepEqual([changed.name, changed.tags], ['Other', ['new', 'newer']]);
    await client.delete(document_id);
    await assert.rejects(client.get(document_id), refusedAs('document_not_found'));
    await assert.rejects(client.download(document_id), refusedAs('document_not_found'));
    await assert.rejects(client.delete(document_id), refusedAs('document_not_found'));
  });

  it('pulls parts, and nothing when the content is known', async () => {
    const { document_id } = await client.upload(new Blob(['0123456789']), { filename: 'digits.txt' });
    const part = await client.download(document_id, { range: { start: 2, end: 4 } });
    assert.deepEqual([part.status, part.sizeBytes, await (await part.blob()).text()], [206, 10, '234']);
    const same = await client.download(document_id, { ifNoneMatch: part.etag });
    assert.equal(same.status, 304);
    assert.equal(same.etag, part.etag);
    await assert.rejects(client.download(document_id, { range: { start: 10 } }), refusedAs('range_not_satisfiable'));
  });

  it('follows the pages of a query', async () => {
    const ids = new Set<string>();
    for (let index = 0; index < 7; index++) {
      ids.add((await client.upload(new Blob(['x']), { filename: `${index}.txt`, tags: ['paged'] })).document_id);
    }
    const found: Document[] = [];
    for await (const document of client.queryAll({ tags: ['paged'], limit: 3 })) found.push(document);
    assert.deepEqual(new Set(found.map(({ document_id }) => document_id)), ids);
    assert.equal(found.length, 7);
    assert.equal((await client.query({ tags: ['paged'], limit: 7 })).cursor, undefined);
  });

  it('reports what the server refuses', async () => {
    await assert.rejects(
      client.query({ limit: 5000 }),
      refusedAs('validation_failed', ({ errors }) => {
        assert.equal(errors?.[0]?.location, 'query.limit');
      }),
    );
    await assert.rejects(client.get('../health'), refusedAs('validation_failed'));
    await assert.rejects(
      client.upload(new Blob(['x']), { filename: 'a.txt', name: '' }),
      refusedAs('validation_failed'),
    );
    await assert.rejects(client.upload(new Blob(['x']), { filename: 'a/b.txt' }), refusedAs('validation_failed'));
  });

  it('hears of a file that is too large while it is still sending', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(stream) {
        sent += MEBIBYTE;
        stream.enqueue(new Uint8Array(MEBIBYTE));
      },
    });
    await assert.rejects(client.upload(endless, { filename: 'endless.bin' }), refusedAs('file_too_large'));
    assert(sent < 200 * MEBIBYTE, `${sent} bytes were sent`);
    const known = new Blob([new Uint8Array(65 * MEBIBYTE)]);
    await assert.rejects(client.upload(known, { filename: 'known.bin' }), refusedAs('file_too_large'));
  });

  it('leaves nothing in the store when an upload is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('The caller has had enough.');
    const upload = client.upload(new Blob([new Uint8Array(32 * MEBIBYTE)]), {
      filename: 'aborted.bin',
      signal: controller.signal,
      onProgress: ({ transferredBytes }) => {
        if (transferredBytes > MEBIBYTE) controller.abort(reason);
      },
    });
    await assert.rejects(upload, reason);
    assert.deepEqual((await client.query({ name: 'aborted.bin' })).documents, []);
  });

  it('notices a content that was damaged on its way', async () => {
    const { document_id } = await client.upload(new Blob(['0123456789']), { filename: 'digits.txt' });
    const damaging = new DocumentClient({
      baseUrl: server.url,
      fetch: async (input, init) => {
        const { status, headers } = await fetch(input, init);
        return new Response('0123456780', { status, headers });
      },
    });
    const path = join(folder, 'damaged.txt');
    await assert.rejects(damaging.downloadToFile(document_id, { path }), IntegrityError);
    assert(!(await readdir(folder)).some((name) => name.includes('damaged')));
  });

  it('tells about the server', async () => {
    assert.equal((await client.health()).status, 'ok');
    assert.equal((await client.whoAmI()).principal_id, 'anonymous');
    const { data } = await client.api.GET('/openapi.yaml', { parseAs: 'text' });
    assert.match(data ?? '', /^openapi: 3\.1\.0/);
  });
});
