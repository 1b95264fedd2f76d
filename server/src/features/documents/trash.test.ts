import assert from 'node:assert/strict';
import path from 'node:path';
import type { Document } from '../../kernel/contract.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { assertSameBytes, readAll, whole } from '../../testing/blob-content.js';
import { openStore, type Store, type StoreOptions } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { addTenant } from '../../testing/tenant.js';

const NOT_FOUND = { name: 'Problem', code: 'document_not_found' };
const STRANGER = { ...ANONYMOUS, tenant_id: 'acme', principal_id: 'stranger' };
const EVERYTHING = { name: '', tags: [] };
const DAY_MS = 24 * 60 * 60 * 1000;

describe('Trash', () => {
  const folder = useTemporaryFolder();
  let store: Store;

  async function open(options: StoreOptions = {}): Promise<void> {
    store = await openStore(path.join(folder(), 'store'), options);
  }
  beforeEach(() => open());
  afterEach(async () => {
    await store.db.close();
  });

  async function events(
    document_id: string,
  ): Promise<[type: string, version: number, principal: string, data: unknown][]> {
    const rows = await store.db.read.knex('events').where({ document_id }).orderBy('sequence');
    return rows.map((row: Record<string, unknown>) => [
      String(row['type']),
      Number(row['version']),
      String(row['principal_id']),
      JSON.parse(String(row['data'])),
    ]);
  }
  async function idsOf(filter = EVERYTHING as { name: string; tags: string[] }): Promise<string[]> {
    return (await store.documents.query(ANONYMOUS, filter, 100)).documents.map(({ document_id }) => document_id);
  }
  async function contentOf(document: Document): Promise<Buffer> {
    return readAll(await store.documents.open(ANONYMOUS, document, whole(document.size_bytes)));
  }

  describe('delete', () => {
    it('takes a document out of every query and every look, and says where it is', async () => {
      const { document_id } = await store.push('x', { name: 'Doomed', tags: ['a', 'b'] });
      const other = await store.push('x', { name: 'Other', tags: ['a'] });
      await store.trash.delete(ANONYMOUS, document_id);
      assert.deepEqual(await idsOf(), [other.document_id]);
      assert.deepEqual(await idsOf({ name: 'doomed', tags: [] }), []);
      assert.deepEqual(await idsOf({ name: 'do', tags: [] }), []);
      assert.deepEqual(await idsOf({ name: '', tags: ['a'] }), [other.document_id]);
      assert.deepEqual(await idsOf({ name: '', tags: ['b'] }), []);
      for (const looking of [
        store.documents.get(ANONYMOUS, document_id),
        store.documents.get(ANONYMOUS, document_id, 1),
        store.documents.getContent(ANONYMOUS, document_id),
        store.documents.update(ANONYMOUS, document_id, { name: 'x' }),
        store.trash.delete(ANONYMOUS, document_id),
      ]) {
        await assert.rejects(looking, { ...NOT_FOUND, message: /in the trash since \d{4}-.*Restore/ });
      }
    });

    it('keeps the content from the collector until the purge', async () => {
      const document = await store.push('kept in the trash');
      await store.trash.delete(ANONYMOUS, document.document_id);
      store.clock.advance(DAY_MS);
      assert.equal((await store.collector.run()).removed_blobs, 0);
      const restored = await store.trash.restore(ANONYMOUS, document.document_id);
      assertSameBytes(await contentOf(restored), Buffer.from('kept in the trash'));
    });

    it('does nothing when the document is not the one that was meant', async () => {
      const { document_id } = await store.push('x');
      await assert.rejects(store.trash.delete(ANONYMOUS, document_id, ['"2"']), { code: 'version_mismatch' });
      await assert.rejects(store.trash.purge(ANONYMOUS, document_id, []), { code: 'version_mismatch' });
      assert.deepEqual(await idsOf(), [document_id]);
      await store.trash.delete(ANONYMOUS, document_id, ['"1"']);
      assert.deepEqual(await idsOf(), []);
    });

    it('keeps the id taken', async () => {
      const ids = ['doc_aaaaaaaaaaaa', 'doc_aaaaaaaaaaaa', 'doc_bbbbbbbbbbbb'];
      await store.db.close();
      await open({ createId: () => ids.shift() ?? assert.fail() });
      const first = await store.push('one');
      await store.trash.delete(ANONYMOUS, first.document_id);
      assert.equal((await store.push('two')).document_id, 'doc_bbbbbbbbbbbb');
      assert.equal((await store.trash.restore(ANONYMOUS, first.document_id)).checksum_sha256, first.checksum_sha256);
    });
  });

  describe('list', () => {
    it('shows the last deleted first, page by page, with who, when, and until when', async () => {
      const pushed: Document[] = [];
      for (let index = 0; index < 7; index += 1) {
        pushed.push(await store.push(`${index}`, { name: `n${index}`, tags: ['z', `t${index}`], description: 'd' }));
      }
      const order = [3, 0, 6, 1, 5, 2, 4].map((index) => pushed[index] ?? assert.fail());
      for (const { document_id } of order) {
        store.clock.advance(1000);
        await store.trash.delete({ ...ANONYMOUS, principal_id: 'ada' }, document_id);
      }
      const listed: string[] = [];
      let below: number | undefined;
      do {
        const page = await store.trash.list(ANONYMOUS, 3, below);
        assert.ok(page.documents.length <= 3);
        listed.push(...page.documents.map(({ document_id }) => document_id));
        below = page.next;
      } while (below !== undefined);
      assert.deepEqual(listed, order.map(({ document_id }) => document_id).reverse());
      const [last] = (await store.trash.list(ANONYMOUS, 1)).documents;
      const deleted_at = store.clock.now();
      assert.deepEqual(last, {
        document_id: pushed[4]?.document_id,
        name: 'n4',
        tags: ['z', 't4'],
        description: 'd',
        version: 1,
        uploaded_at: pushed[4]?.uploaded_at,
        deleted_at: deleted_at.toISOString(),
        deleted_by: 'ada',
        purge_at: new Date(deleted_at.getTime() + 30 * DAY_MS).toISOString(),
      });
    });
  });

  describe('restore', () => {
    it('brings everything back: id, tags in order, name search, place, versions; the revision rises', async () => {
      const before = await store.push('0', { name: 'Before' });
      const document = await store.push('1', { name: 'Straße ẞ', tags: ['z', 'a', 'm'], description: 'D\nE' });
      const after = await store.push('2', { name: 'After' });
      await store.trash.delete(ANONYMOUS, document.document_id);
      store.clock.advance(5000);
      const restored = await store.trash.restore(ANONYMOUS, document.document_id);
      assert.deepEqual(restored, { ...document, updated_at: store.clock.now().toISOString(), revision: 2 });
      assert.deepEqual(await idsOf(), [after.document_id, document.document_id, before.document_id]);
      assert.deepEqual(await idsOf({ name: 'strasse ss', tags: ['a', 'z'] }), [document.document_id]);
      assert.deepEqual((await store.trash.list(ANONYMOUS, 10)).documents, []);
      assertSameBytes(await contentOf(restored), Buffer.from('1'));
    });

    it('can be repeated, and does nothing then', async () => {
      const { document_id } = await store.push('x');
      await store.trash.delete(ANONYMOUS, document_id);
      const restored = await store.trash.restore(ANONYMOUS, document_id);
      store.clock.advance(5000);
      assert.deepEqual(await store.trash.restore(ANONYMOUS, document_id), restored);
      assert.equal((await events(document_id)).length, 3);
    });

    it('does not find what never was, nor what was purged', async () => {
      const { document_id } = await store.push('x');
      await store.trash.delete(ANONYMOUS, document_id);
      await store.trash.purge(ANONYMOUS, document_id);
      await assert.rejects(store.trash.restore(ANONYMOUS, document_id), NOT_FOUND);
      await assert.rejects(store.trash.restore(ANONYMOUS, 'doc_000000000000'), NOT_FOUND);
    });
  });

  describe('purge', () => {
    it('leaves no row, in the trash or not, and content only where another document needs it', async () => {
      const [live, trashed, sharing] = [
        await store.push('shared'),
        await store.push('alone'),
        await store.push('shared'),
      ];
      await store.trash.delete(ANONYMOUS, trashed.document_id);
      await store.trash.purge(ANONYMOUS, live.document_id);
      await store.trash.purge(ANONYMOUS, trashed.document_id);
      for (const table of ['documents', 'document_versions', 'trash']) {
        const rows = await store.db.read.knex(table).whereNot({ document_id: sharing.document_id });
        assert.deepEqual(rows, [], table);
      }
      store.clock.advance(1000);
      assert.deepEqual(await store.collector.run().then(({ removed_blobs }) => removed_blobs), 1);
      assertSameBytes(await contentOf(sharing), Buffer.from('shared'));
      await assert.rejects(store.trash.purge(ANONYMOUS, trashed.document_id), NOT_FOUND);
    });
  });

  describe('purgeExpired', () => {
    it('purges what has been there for its time, by the clock, and nothing younger', async () => {
      const [old, young, restored] = [await store.push('old'), await store.push('young'), await store.push('back')];
      await store.trash.delete(ANONYMOUS, old.document_id);
      await store.trash.delete(ANONYMOUS, restored.document_id);
      await store.trash.restore(ANONYMOUS, restored.document_id);
      store.clock.advance(DAY_MS);
      await store.trash.delete(ANONYMOUS, young.document_id);
      store.clock.advance(29 * DAY_MS - 1);
      assert.equal(await store.trash.purgeExpired(), 0);
      store.clock.advance(2);
      const collected = await store.collector.run();
      assert.deepEqual([collected.purged_documents, collected.removed_blobs], [1, 1]);
      await assert.rejects(store.trash.restore(ANONYMOUS, old.document_id), NOT_FOUND);
      assert.deepEqual(await idsOf(), [restored.document_id]);
      assert.equal((await store.trash.restore(ANONYMOUS, young.document_id)).checksum_sha256, young.checksum_sha256);
      assert.deepEqual((await events(old.document_id)).at(-1), [
        'document.purged',
        1,
        'collector',
        { name: 'notes.md' },
      ]);
    });

    it('takes more than one step where there is much, and stops when it is told to', async () => {
      const pushed = await Promise.all(Array.from({ length: 120 }, (_, index) => store.push(`${index}`)));
      await Promise.all(pushed.map(({ document_id }) => store.trash.delete(ANONYMOUS, document_id)));
      store.clock.advance(31 * DAY_MS);
      const stopping = new AbortController();
      stopping.abort();
      assert.equal(await store.trash.purgeExpired(stopping.signal), 0);
      assert.equal(await store.trash.purgeExpired(), 120);
      assert.deepEqual(await store.db.read.knex('document_versions'), []);
      assert.equal(await store.trash.purgeExpired(), 0);
    });

    it('with no days purges at the next run', async () => {
      await store.db.close();
      await open({ trashDays: 0 });
      const { document_id } = await store.push('x');
      await store.trash.delete(ANONYMOUS, document_id);
      store.clock.advance(1);
      assert.equal(await store.trash.purgeExpired(), 1);
    });
  });

  it('keeps the index of tags in step: the tags of documents that are there, and no others', async () => {
    const indexed = async (): Promise<string[]> =>
      await store.db.read.knex('document_tags').orderBy('tag').pluck<string[]>('tag');
    const { document_id } = await store.push('x', { tags: ['c', 'a', 'c'] });
    const { document_id: other } = await store.push('y', { tags: ['b'] });
    assert.deepEqual(await indexed(), ['a', 'b', 'c']);
    await store.documents.update(ANONYMOUS, document_id, { tags: ['d', 'a'] });
    assert.deepEqual(await indexed(), ['a', 'b', 'd']);
    await store.trash.delete(ANONYMOUS, document_id);
    assert.deepEqual(await indexed(), ['b']);
    await store.trash.restore(ANONYMOUS, document_id);
    assert.deepEqual(await indexed(), ['a', 'b', 'd']);
    await store.trash.purge(ANONYMOUS, document_id);
    await store.trash.delete(ANONYMOUS, other);
    await store.trash.purge(ANONYMOUS, other);
    assert.deepEqual(await indexed(), []);
  });

  it('belongs to a tenant: a stranger sees, restores and purges nothing', async () => {
    await addTenant(store.db, 'acme');
    const { document_id } = await store.push('x');
    const missing = /^There is no document/;
    await assert.rejects(store.trash.delete(STRANGER, document_id), { ...NOT_FOUND, message: missing });
    await store.trash.delete(ANONYMOUS, document_id);
    assert.deepEqual((await store.trash.list(STRANGER, 10)).documents, []);
    // Not even that it is in the trash.
    await assert.rejects(store.trash.restore(STRANGER, document_id), { ...NOT_FOUND, message: missing });
    await assert.rejects(store.trash.purge(STRANGER, document_id), { ...NOT_FOUND, message: missing });
    assert.equal((await store.trash.restore(ANONYMOUS, document_id)).document_id, document_id);
    assert.deepEqual(await store.db.read.knex('events').where({ tenant_id: 'acme' }), []);
  });

  it('is told in the journal, step by step, and nothing of what was refused', async () => {
    const { document_id } = await store.push('x', { name: 'N' });
    const ada = { ...ANONYMOUS, principal_id: 'ada' };
    await store.trash.delete(ada, document_id);
    await assert.rejects(store.trash.delete(ada, document_id));
    await store.trash.restore(ada, document_id);
    await store.trash.delete(ada, document_id);
    await store.trash.purge(ada, document_id);
    await assert.rejects(store.trash.purge(ada, document_id));
    assert.deepEqual(await events(document_id), [
      ['document.created', 1, 'anonymous', {}],
      ['document.deleted', 1, 'ada', { name: 'N' }],
      ['document.restored', 1, 'ada', {}],
      ['document.deleted', 1, 'ada', { name: 'N' }],
      ['document.purged', 1, 'ada', { name: 'N' }],
    ]);
  });
});
