import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type BatchChange, contentEtag, DocumentClient, ProblemError, type PushItem } from '../src/index.js';
import { bytesOf } from './loopback-server.js';
import { refusedAs } from './refusals.js';
import { type ServerProcess, startServer } from './server-process.js';

describe('many documents, against the server', () => {
  let server: ServerProcess;
  let client: DocumentClient;

  before(async function () {
    this.timeout(20_000);
    server = await startServer({ DOCUMENT_LOG_LEVEL: 'warn', DOCUMENT_MAX_FILE_BYTES: '3000000' });
    client = new DocumentClient({ baseUrl: server.url });
  });
  after(async () => {
    await server.stop();
  });

  it('pushes a thousand files, among them some that cannot be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sdk-many-'));
    try {
      await writeFile(join(folder, 'größe.md'), '# Größe\n');
      const items: PushItem[] = Array.from({ length: 1000 }, (_, index) => ({
        source: Buffer.from(`The ${index}th.\n`),
        filename: `${index}.md`,
        name: `many/${index}.md`,
        tags: ['many', `half ${index % 2}`],
      }));
      items[10] = { source: join(folder, 'größe.md'), tags: ['many'], description: 'Two\nlines.' };
      items[20] = { source: join(folder, 'none.md') };
      items[30] = { source: Buffer.from('x'), filename: 'a/b.md' };
      items[40] = { source: Buffer.from('x'), filename: 'a.md', name: '' };
      items[50] = { source: new Blob([new Uint8Array(4_000_000)]), filename: 'too-large.bin' };
      items[60] = { source: new Blob([new Uint8Array(2_000_000)]), filename: 'large.bin', tags: ['many'] };
      items[70] = { source: new Blob(['from a stream']).stream(), filename: 'stream.txt', tags: ['many'] };
      items[80] = { source: Buffer.alloc(0), filename: 'empty.txt', tags: ['many'] };
      const results = await client.pushMany(items);
      assert.deepEqual(
        results.flatMap(({ index, error }) =>
          error === undefined ? [] : [[index, error instanceof ProblemError ? error.code : error.name]],
        ),
        [
          [20, 'Error'],
          [30, 'validation_failed'],
          [40, 'validation_failed'],
          [50, 'file_too_large'],
        ],
      );
      const { document } = results[10] ?? {};
      assert(document);
      assert.deepEqual(
        [document.name, document.original_filename, document.mime_type, document.description],
        ['größe.md', 'größe.md', 'text/markdown', 'Two\nlines.'],
      );
      assert.deepEqual(await client.get(document.document_id), document);
      for (const [index, text] of [
        [70, 'from a stream'],
        [80, ''],
        [999, 'The 999th.\n'],
      ] as const) {
        const { body } = await client.download(results[index]?.document?.document_id ?? '');
        assert.equal((await bytesOf(body)).toString(), text);
      }
      const found: string[] = [];
      for await (const { document_id } of client.queryAll({ tags: ['many'], limit: 1000 })) found.push(document_id);
      assert.equal(found.length, 996);
      assert.equal(new Set(found).size, 996);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('sends in parts what is more than the server takes at once', async () => {
    const items = Array.from({ length: 10 }, (_, index) => ({
      source: Buffer.alloc(700_000, index + 1),
      filename: `${index}.bin`,
    }));
    const results = await client.pushMany(items);
    assert.deepEqual(
      results.map(({ document }) => document?.original_filename),
      items.map(({ filename }) => filename),
    );
  });

  it('makes documents and versions of what the store has', async () => {
    const first = await client.upload(Buffer.from('# Known\n'), { filename: 'known.md' });
    const { checksum_sha256 } = first;
    const copy = await client.uploadByDigest({ checksum_sha256, name: 'A copy', tags: ['x'] });
    assert.deepEqual([copy.name, copy.original_filename, copy.mime_type], ['A copy', 'known.md', 'text/markdown']);
    assert.notEqual(copy.document_id, first.document_id);
    const other = await client.upload(Buffer.from('Other.'), { filename: 'other.txt' });
    const change = await client.createVersionByDigest(
      other.document_id,
      { checksum_sha256, message: 'As the other one' },
      { ifMatch: contentEtag(other) },
    );
    assert.deepEqual(
      [change.outcome, change.checksum_sha256, change.message],
      ['created', checksum_sha256, 'As the other one'],
    );
    const stale = { ifMatch: contentEtag(other) };
    const again = client.createVersionByDigest(other.document_id, { checksum_sha256: other.checksum_sha256 }, stale);
    await assert.rejects(again, refusedAs('version_mismatch'));
    const unknown = { checksum_sha256: '0'.repeat(64) };
    await assert.rejects(client.uploadByDigest(unknown), refusedAs('content_not_found'));
    await assert.rejects(
      client.createVersionByDigest(other.document_id, unknown, { ifMatch: '*' }),
      refusedAs('content_not_found'),
    );
  });

  it('changes many at once, or none', async () => {
    const pushed = await client.pushMany(
      ['a', 'b', 'c'].map((name) => ({ source: Buffer.from(name), filename: `${name}.txt`, tags: ['draft'] })),
    );
    const [a = '', b = '', c = ''] = pushed.map(({ document }) => document?.document_id);
    const changes: BatchChange[] = [
      { op: 'update', document_id: a, add_tags: ['approved'], remove_tags: ['draft'], name: 'A' },
      { op: 'delete', document_id: b },
    ];
    const impossible: BatchChange = { op: 'delete', document_id: c, if_match: '"99"' };
    await assert.rejects(
      client.applyBatch([...changes, impossible]),
      refusedAs('batch_failed', ({ failures }) => {
        assert.deepEqual(
          failures?.map(({ index, document_id, code }) => [index, document_id, code]),
          [[2, c, 'version_mismatch']],
        );
      }),
    );
    assert.deepEqual((await client.get(a)).tags, ['draft']);
    const [updated, deleted] = await client.applyBatch(changes);
    assert.deepEqual([updated?.document?.name, updated?.document?.tags], ['A', ['approved']]);
    assert.deepEqual(deleted, { op: 'delete', document_id: b });
    await assert.rejects(client.get(b), refusedAs('document_not_found'));
    const [restored] = await client.applyBatch([{ op: 'restore', document_id: b }]);
    assert.equal(restored?.document?.document_id, b);
  });

  it('pulls many as one file', async () => {
    const content = 'In the archive, stored or deflated.';
    const items = ['one', 'two'].map((name) => ({
      source: Buffer.from(`${content} ${name}`),
      filename: `${name}.txt`,
      name: `packed/${name}.txt`,
      tags: ['packed'],
    }));
    const ids = (await client.pushMany(items)).map(({ document }) => document?.document_id ?? '');
    const tar = await client.downloadArchive({ tags: ['packed'] }, { format: 'tar' });
    assert.deepEqual([tar.contentType, tar.filename.endsWith('.tar')], ['application/x-tar', true]);
    const text = (await bytesOf(tar.body)).toString('latin1');
    for (const { name, filename } of items) {
      assert(text.includes(name));
      assert(text.includes(`${content} ${filename.slice(0, 3)}`));
    }
    const zip = await client.downloadArchive({ documentIds: ids.slice(0, 1) });
    assert.deepEqual([zip.contentType, zip.filename.endsWith('.zip')], ['application/zip', true]);
    const bytes = await bytesOf(zip.body);
    assert.equal(bytes.subarray(0, 2).toString(), 'PK');
    assert(bytes.includes('packed/one.txt') && !bytes.includes('packed/two.txt'));
    const unknown = client.downloadArchive({ documentIds: ['doc_000000000000'] });
    await assert.rejects(unknown, refusedAs('document_not_found'));
    await assert.rejects(client.downloadArchive({ tags: ['a,b'] }), /^TypeError: The tag "a,b"/);
  });

  it('ends an archive in an error when the connection is lost, and lets go of one that nobody wants', async () => {
    const source = Buffer.from(Array.from({ length: 2_000_000 }, () => Math.floor(Math.random() * 256)));
    await client.upload(source, { filename: 'a.bin', tags: ['cut'] });
    const cutting = new DocumentClient({
      baseUrl: server.url,
      fetch: async (input, init) => {
        const { body, status, headers } = await fetch(input, init);
        const reader = body?.getReader();
        const stream = new ReadableStream<Uint8Array>({
          async pull(controller) {
            controller.enqueue((await reader?.read())?.value ?? new Uint8Array(1));
            await reader?.cancel();
            controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
          },
        });
        return new Response(stream, { status, headers });
      },
    });
    const { body } = await cutting.downloadArchive({ tags: ['cut'] });
    await assert.rejects(bytesOf(body), { name: 'NetworkError' });
    const unwanted = await client.downloadArchive({ tags: ['cut'] });
    await unwanted.body.cancel();
    assert.equal((await client.health()).status, 'ok');
  });
});
