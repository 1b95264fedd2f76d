import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readArchive } from './archive-entries.js';
import type { ChildServer } from './child-server.js';
import { startSdkClient } from './load-generator.js';
import type { ArchiveJob, BatchJob, LoadResult, StoredContent } from './load-jobs.js';
import { readOptions } from './options.js';
import { openWorkbench, type Workbench } from './workbench.js';

describe('loads of many', () => {
  let bench: Workbench;
  let server: ChildServer;
  before(async () => {
    const options = readOptions(['--quick']);
    assert.ok(options);
    bench = openWorkbench(mkdtempSync(join(tmpdir(), 'bench-many-')), options);
    server = await bench.startOurs(bench.folder('many'));
  });
  after(() => {
    bench.clear();
  });

  const common = (requests: number) =>
    ({ port: server.port, connections: 1, until: { requests }, verifyEvery: 1 }) as const;
  const batch = (run: string, more: Partial<BatchJob> = {}): Promise<LoadResult> =>
    bench.generator.run({
      kind: 'batch',
      ...common(2),
      sizeBytes: 4096,
      content: 'random',
      files: 40,
      run,
      ...more,
    });
  const pullBack = (documents: readonly StoredContent[]) =>
    bench.generator.run({ kind: 'pull', ...common(documents.length), documents });
  const archive = (
    format: ArchiveJob['format'],
    documents: readonly StoredContent[],
    selection = `document_ids=${documents.map(({ documentId }) => documentId).join(',')}`,
  ) => bench.generator.run({ kind: 'archive', ...common(2), format, selection, documents });

  it('push batches in which every file has a content of its own that comes back', async () => {
    const { requests, verified, stored } = await batch('all');
    assert.deepEqual({ requests, verified, stored: stored.length }, { requests: 2, verified: 2, stored: 80 });
    assert.equal(new Set(stored.map(({ sha256 }) => sha256)).size, 80);
    assert.equal((await pullBack(stored)).verified, 80);
  });

  it('keep one file in so many of a batch, counted through all batches', async () => {
    const { stored } = await batch('sample', { verifyEvery: 16, sizeBytes: 32 });
    assert.equal(stored.length, 5);
    assert.equal((await pullBack(stored)).verified, 5);
  });

  it('fail on a batch of which a file is refused', async () => {
    await assert.rejects(batch('many', { files: 1001 }), /batch with 1 connections: status 4\d\d for 200/);
  });

  for (const format of ['tar', 'zip'] as const) {
    it(`pull a ${format} by ids and by a tag, and compare every entry`, async () => {
      const { stored } = await batch(`by-${format}`, { sizeBytes: format === 'tar' ? 1000 : 4096 });
      assert.equal((await archive(format, stored)).verified, 2);
      const { headers } = await fetch(`http://127.0.0.1:${server.port}/archive?format=${format}&tags=design`);
      assert.match(headers.get('content-type') ?? '', format === 'tar' ? /x-tar/ : /zip/);
      await assert.rejects(archive(format, stored, 'tags=design'), /has other contents than the 80 documents/);
      const other = stored.map((document, index) => (index === 3 ? { ...document, sha256: '0'.repeat(64) } : document));
      const ids = `document_ids=${stored.map(({ documentId }) => documentId).join(',')}`;
      await assert.rejects(archive(format, other, ids), /80 entries has other contents/);
      await assert.rejects(archive(format, stored.slice(1), `document_ids=${stored[0]?.documentId}`), /bytes for/);
    });

    it(`notice a ${format} that is cut`, async () => {
      const { stored } = await batch(`cut-${format}`, { files: 3 });
      const ids = stored.map(({ documentId }) => documentId).join(',');
      const answer = await fetch(`http://127.0.0.1:${server.port}/archive?format=${format}&document_ids=${ids}`);
      const whole = Buffer.from(await answer.arrayBuffer());
      assert.equal((await readArchive(format, whole)).length, 6);
      await assert.rejects(readArchive(format, whole.subarray(0, whole.length >> 1)));
    });
  }

  it('upload over tus what comes back, each content its own', async () => {
    const { verified, stored } = await bench.generator.run({
      kind: 'upload',
      ...common(3),
      sizeBytes: 3_000_001,
      content: 'random',
      run: 'tus',
    });
    assert.equal(verified, 3);
    assert.equal(new Set(stored.map(({ sha256 }) => sha256)).size, 3);
    assert.equal((await pullBack(stored)).verified, 3);
  });

  it('pull with the SDK, first over the wire and then from its cache', async () => {
    const sdk = startSdkClient();
    try {
      const { stored } = await batch('cached', { files: 5 });
      const cacheFolder = bench.folder('cache');
      const pull = (kind: 'first pull' | 'second pull', documents = stored) =>
        sdk.run({ kind, port: server.port, documents, cacheFolder, targetFolder: bench.folder('pulled') });
      await assert.rejects(pull('second pull'), /second pull with the SDK: doc_[0-9a-f]{12} came over the wire/);
      const rest = stored.slice(1);
      assert.equal((await pull('first pull', rest)).verified, 9);
      assert.equal((await pull('second pull')).verified, 10);
      await assert.rejects(pull('first pull'), /came from the cache/);
      const wrong = stored.map((document) => ({ ...document, sha256: '0'.repeat(64) }));
      await assert.rejects(pull('second pull', wrong), /bytes that were not pushed/);
    } finally {
      sdk.stop();
    }
  });
});
