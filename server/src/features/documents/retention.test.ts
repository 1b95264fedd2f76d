import assert from 'node:assert/strict';
import path from 'node:path';
import { mock } from 'node:test';
import { ANONYMOUS } from '../../kernel/principal.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { openTextStore, type TextStore } from '../../testing/text-store.js';
import type { RetentionRules } from './retention.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('Retention', () => {
  const folder = useTemporaryFolder();
  let store: TextStore;

  async function open(retention: RetentionRules): Promise<void> {
    store = await openTextStore(path.join(folder(), 'store'), { retention });
  }
  afterEach(() => store.close());

  /** A document with a version of each day, the last one of today. */
  async function pushDaily(versions: number): Promise<string> {
    const { document_id } = await store.push(`${Math.random()}`);
    for (let version = 2; version <= versions; version += 1) {
      store.clock.advance(DAY_MS);
      await store.change(document_id, `${document_id} ${version}`);
    }
    return document_id;
  }
  async function versionsOf(document_id: string): Promise<number[]> {
    const { versions } = await store.versions.list(ANONYMOUS, document_id, 1000);
    return versions.map(({ version }) => version);
  }
  async function thin(): Promise<number> {
    return (await store.collector.run()).removed_versions;
  }

  it('keeps everything unless it is told otherwise', async () => {
    await open({ keepLast: 0, keepDays: 0 });
    const document_id = await pushDaily(6);
    store.clock.advance(10_000 * DAY_MS);
    assert.equal(await thin(), 0);
    assert.deepEqual(await versionsOf(document_id), [6, 5, 4, 3, 2, 1]);
  });

  it('keeps the last N of each document, and the collector takes their content away', async () => {
    await open({ keepLast: 2, keepDays: 0 });
    const [many, two, one] = [await pushDaily(5), await pushDaily(2), await pushDaily(1)];
    const { removed_versions, removed_blobs } = await store.collector.run();
    assert.deepEqual([removed_versions, removed_blobs], [3, 3]);
    assert.deepEqual(await versionsOf(many), [5, 4]);
    assert.deepEqual(await versionsOf(two), [2, 1]);
    assert.deepEqual(await versionsOf(one), [1]);
    assert.equal(await thin(), 0);
  });

  it('keeps what is younger than D days, by the clock', async () => {
    await open({ keepLast: 0, keepDays: 3 });
    const document_id = await pushDaily(6);
    store.clock.advance(-1);
    assert.equal(await thin(), 2);
    assert.deepEqual(await versionsOf(document_id), [6, 5, 4, 3]);
    store.clock.advance(1);
    assert.equal(await thin(), 1);
    store.clock.advance(100 * DAY_MS);
    assert.equal(await thin(), 2);
    assert.deepEqual(await versionsOf(document_id), [6]);
  });

  it('with both keeps what either keeps', async () => {
    await open({ keepLast: 3, keepDays: 5 });
    const document_id = await pushDaily(8);
    assert.equal(await thin(), 3);
    assert.deepEqual(await versionsOf(document_id), [8, 7, 6, 5, 4]);
    store.clock.advance(50 * DAY_MS);
    assert.equal(await thin(), 2);
    assert.deepEqual(await versionsOf(document_id), [8, 7, 6]);
  });

  it('never removes the current version, however old, also after a rollback', async () => {
    await open({ keepLast: 1, keepDays: 1 });
    const document_id = await pushDaily(3);
    await store.versions.rollback(ANONYMOUS, document_id, { version: 1 }, 'any');
    store.clock.advance(1000 * DAY_MS);
    assert.equal(await thin(), 3);
    assert.deepEqual(await versionsOf(document_id), [4]);
    const { checksum_sha256, version } = await store.documents.get(ANONYMOUS, document_id);
    assert.equal(version, 4);
    // The content is the first version's, which is gone; the version that took it over still needs it.
    assert.equal(await store.blobs.has({ tenant_id: 'default', checksum_sha256 }), true);
  });

  it('says of what it removed that it was removed, and of what never was that it is not there', async () => {
    await open({ keepLast: 1, keepDays: 0 });
    const document_id = await pushDaily(3);
    await thin();
    const { documents, versions } = store;
    const removed = { name: 'Problem', code: 'version_removed', status: 410 };
    await assert.rejects(documents.get(ANONYMOUS, document_id, 1), removed);
    await assert.rejects(documents.getContent(ANONYMOUS, document_id, 2), removed);
    await assert.rejects(versions.rollback(ANONYMOUS, document_id, { version: 2 }, 'any'), removed);
    await assert.rejects(documents.get(ANONYMOUS, document_id, 4), { code: 'version_not_found', status: 404 });
    await assert.rejects(versions.rollback(ANONYMOUS, document_id, { version: 4 }, 'any'), {
      code: 'version_not_found',
    });
    assert.equal((await documents.get(ANONYMOUS, document_id, 3)).version, 3);
    // What was counted is never counted again.
    assert.equal((await store.change(document_id, 'next')).version, 4);
  });

  it('leaves the documents in the trash alone: what comes back, comes back with all versions', async () => {
    await open({ keepLast: 1, keepDays: 0 });
    const document_id = await pushDaily(4);
    await store.trash.delete(ANONYMOUS, document_id);
    assert.equal(await thin(), 0);
    await store.trash.restore(ANONYMOUS, document_id);
    assert.deepEqual(await versionsOf(document_id), [4, 3, 2, 1]);
    assert.equal(await thin(), 3);
  });

  it('leaves alone what went to the trash, or away, while it was looking', async () => {
    await open({ keepLast: 1, keepDays: 0 });
    for (const removal of ['delete', 'purge'] as const) {
      const document_id = await pushDaily(4);
      const write = store.db.write.bind(store.db);
      const meanwhile = mock.method(store.db, 'write', async (...args: Parameters<typeof write>) => {
        meanwhile.mock.restore();
        await store.trash[removal](ANONYMOUS, document_id);
        return write(...args);
      });
      await thin();
      const events: string[] = await store.db.read
        .knex('events')
        .where({ document_id })
        .orderBy('sequence')
        .pluck('type');
      if (removal === 'purge') assert.equal(events.at(-1), 'document.purged');
      else {
        await store.trash.restore(ANONYMOUS, document_id);
        assert.deepEqual(await versionsOf(document_id), [4, 3, 2, 1]);
        assert.equal(await thin(), 3);
      }
    }
  });

  it('keeps content that a kept version or another document has too', async () => {
    await open({ keepLast: 1, keepDays: 0 });
    const { document_id } = await store.push('shared');
    await store.change(document_id, 'other');
    const second = await store.push('shared');
    assert.deepEqual(await store.collector.run().then((done) => [done.removed_versions, done.removed_blobs]), [1, 0]);
    assert.equal(await store.blobs.has({ tenant_id: 'default', checksum_sha256: second.checksum_sha256 }), true);
  });

  it('walks over any number of versions, and stops when it is told to', async () => {
    await open({ keepLast: 2, keepDays: 0 });
    const documents = await Promise.all(Array.from({ length: 5 }, () => store.push('x')));
    await store.db.write(async ({ knex }) => {
      // More than the steps of a walk, with a document that lies on the border of two.
      for (const { document_id, checksum_sha256 } of documents) {
        const rows = Array.from({ length: 500 }, (_, index) => ({
          ...{ tenant_id: 'default', document_id, version: index + 2, parents: '[]', checksum_sha256, size_bytes: 1 },
          ...{ mime_type: 'm', original_filename: 'f', created_at: 'x', created_by: 'a', message: '' },
        }));
        for (let start = 0; start < rows.length; start += 50) {
          await knex('document_versions').insert(rows.slice(start, start + 50));
        }
        await knex('documents').where({ document_id }).update({ current_version: 501 });
      }
    });
    const stopping = new AbortController();
    stopping.abort();
    assert.equal((await store.collector.run(stopping.signal)).removed_versions, 0);
    assert.equal(await thin(), 5 * 499);
    for (const { document_id } of documents) assert.deepEqual(await versionsOf(document_id), [501, 500]);
  });

  it('is told in the journal, once for each document, with the numbers', async () => {
    await open({ keepLast: 1, keepDays: 0 });
    const [first, second] = [await pushDaily(3), await pushDaily(2)];
    await thin();
    const rows: Record<string, unknown>[] = await store.db.read
      .knex('events')
      .where({ type: 'document.versions_removed' });
    const told = new Map(rows.map((row) => [row['document_id'], [row['version'], row['principal_id'], row['data']]]));
    assert.equal(rows.length, 2);
    assert.deepEqual(told.get(first), [3, 'collector', '{"versions":[1,2]}']);
    assert.deepEqual(told.get(second), [2, 'collector', '{"versions":[1]}']);
  });
});
