import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { BlobKey } from '../../blobs/index.js';
import type { StagedContent } from '../../kernel/content.js';
import type { Document } from '../../kernel/contract.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { assertSameBytes, readAll, whole } from '../../testing/blob-content.js';
import type { Collection } from './collector.js';
import { openStore, type Store, type StoreOptions } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';

const GRACE_MS = 60_000;
const NOTHING: Collection = {
  removed_blobs: 0,
  removed_bytes: 0,
  removed_staging_files: 0,
  purged_documents: 0,
  removed_versions: 0,
  expired_uploads: 0,
};

describe('Collector', () => {
  const folder = useTemporaryFolder();
  let store: Store;

  async function open(options: StoreOptions): Promise<void> {
    store = await openStore(path.join(folder(), 'store'), options);
  }
  afterEach(async () => {
    await store.db.close();
  });

  async function stage(content: string | Uint8Array): Promise<StagedContent> {
    return store.blobs.stage(Readable.from([Buffer.from(content)]));
  }

  /** Stores a blob that no document points at, as a killed server would leave it. */
  async function storeOrphan(content: string | Uint8Array): Promise<BlobKey> {
    const staged = await stage(content);
    await staged.publish('default');
    staged.discard();
    return { tenant_id: 'default', checksum_sha256: staged.checksum_sha256 };
  }

  async function assertReadsBack(document: Document, content: Uint8Array): Promise<void> {
    const stored = await store.documents.get(ANONYMOUS, document.document_id);
    assert.deepEqual(stored, document);
    assertSameBytes(await readAll(await store.documents.open(ANONYMOUS, stored, whole(stored.size_bytes))), content);
  }

  it('removes what no document needs, once the grace period is over, and says how much', async () => {
    await open({ graceMs: GRACE_MS });
    const kept = await store.push('kept');
    const deleted = await store.push('deleted');
    const orphan = await storeOrphan('orphan');
    await store.trash.purge(ANONYMOUS, deleted.document_id);
    const gone: BlobKey = { tenant_id: 'default', checksum_sha256: deleted.checksum_sha256 };

    store.clock.advance(GRACE_MS - 5000);
    assert.deepEqual(await store.collector.run(), NOTHING);
    assert.deepEqual(await Promise.all([store.blobs.has(gone), store.blobs.has(orphan)]), [true, true]);

    store.clock.advance(10_000);
    assert.deepEqual(await store.collector.run(), { ...NOTHING, removed_blobs: 2, removed_bytes: 13 });
    assert.deepEqual(await Promise.all([store.blobs.has(gone), store.blobs.has(orphan)]), [false, false]);
    await assertReadsBack(kept, Buffer.from('kept'));
    assert.deepEqual(await store.collector.run(), NOTHING);
  });

  it('grants the grace period anew to a blob that a push has found again', async () => {
    await open({ graceMs: GRACE_MS });
    const orphan = await storeOrphan('content');
    const file = path.join(store.root, 'default', orphan.checksum_sha256.slice(0, 2), orphan.checksum_sha256);
    const longAgo = Date.now() / 1000 - 7200;
    await fs.utimes(file, longAgo, longAgo);
    await storeOrphan('content');
    await store.collector.run();
    assert.equal(await store.blobs.has(orphan), true);
  });

  it('counts a document of another tenant for nothing', async () => {
    await open({});
    const document = await store.push('shared');
    const staged = await stage('shared');
    await staged.publish('acme');
    staged.discard();
    store.clock.advance(1000);
    assert.equal((await store.collector.run()).removed_blobs, 1);
    assert.equal(await store.blobs.has({ ...document, tenant_id: 'acme' }), false);
    await assertReadsBack(document, Buffer.from('shared'));
  });

  it('clears what killed servers left in the staging folder, and nothing that is young', async () => {
    await open({ graceMs: GRACE_MS });
    const young = await stage('young');
    const stale = path.join(store.root, '.staging', 'stale');
    await fs.writeFile(stale, 'stale');
    const longAgo = Date.now() / 1000 - 3600;
    await fs.utimes(stale, longAgo, longAgo);
    assert.deepEqual(await store.collector.run(), { ...NOTHING, removed_staging_files: 1 });
    assert.equal((await fs.readdir(path.join(store.root, '.staging'))).length, 1);
    young.discard();
  });

  it('stops where it is when it is told to', async () => {
    await open({});
    for (let index = 0; index < 20; index += 1) await storeOrphan(`orphan ${index}`);
    store.clock.advance(1000);
    const stopping = new AbortController();
    stopping.abort();
    assert.equal((await store.collector.run(stopping.signal)).removed_blobs, 0);
    assert.equal((await store.collector.run()).removed_blobs, 20);
  });
});
