import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { BlobMissingError } from '../../blobs/index.js';
import type { Document } from '../../kernel/contract.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { assertSameBytes, keyOf, readAll, whole } from '../../testing/blob-content.js';
import { BARE, openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { addTenant } from '../../testing/tenant.js';

const STRANGER = { ...ANONYMOUS, tenant_id: 'acme', principal_id: 'stranger' };
const NOT_FOUND = { name: 'Problem', code: 'document_not_found' };

describe('Documents', () => {
  const folder = useTemporaryFolder();
  let store: Store;

  beforeEach(async () => {
    store = await openStore(path.join(folder(), 'store'));
  });
  afterEach(async () => {
    await store.db.close();
  });

  async function contentOf(document: Document): Promise<Buffer> {
    return readAll(await store.documents.open(ANONYMOUS, document, whole(document.size_bytes)));
  }

  function events(): Promise<Record<string, unknown>[]> {
    return store.db.read.knex('events').orderBy('sequence');
  }

  /** Every row of every table that a change may touch. */
  async function rows(): Promise<unknown> {
    const tables = ['tenants', 'documents', 'document_versions', 'document_tags', 'events'];
    return Promise.all(tables.map((table) => store.db.read.knex(table).orderBy(1)));
  }

  describe('push', () => {
    it('stores content and metadata, and answers with the document', async () => {
      const content = randomBytes(1000);
      const pushed = await store.push(content, {
        filename: 'Architektur.md',
        name: 'Die Architektur',
        tags: ['design', 'Docs', 'design'],
        description: 'Wie es passt.\nZweite Zeile.',
      });
      assert.match(pushed.document_id, /^doc_[0-9a-f]{12}$/);
      assert.deepEqual(pushed, {
        document_id: pushed.document_id,
        name: 'Die Architektur',
        original_filename: 'Architektur.md',
        tags: ['design', 'Docs'],
        description: 'Wie es passt.\nZweite Zeile.',
        size_bytes: 1000,
        mime_type: 'text/markdown',
        checksum_sha256: keyOf(content).checksum_sha256,
        uploaded_at: store.clock.now().toISOString(),
        updated_at: store.clock.now().toISOString(),
        version: 1,
        revision: 1,
        index_status: 'not_indexed',
        index_reason: 'The content is binary.',
      });
      assert.deepEqual(await store.documents.get(ANONYMOUS, pushed.document_id), pushed);
      assert.deepEqual(await store.documents.query(ANONYMOUS, { name: '', tags: [] }, 10), {
        documents: [pushed],
        next: undefined,
      });
      assertSameBytes(await contentOf(pushed), content);
    });

    it('calls a document after its file when it is given no name, and takes empty content', async () => {
      const pushed = await store.push('', { filename: 'empty.txt' });
      assert.equal(pushed.name, 'empty.txt');
      assert.equal(pushed.size_bytes, 0);
      assert.equal((await contentOf(pushed)).length, 0);
    });

    it('stores equal content once, and keeps it while one document needs it', async () => {
      const content = randomBytes(500);
      const [first, second] = await Promise.all([store.push(content), store.push(content)]);
      const third = await store.push(content, { filename: 'other.bin' });
      const partition = path.join(store.root, 'default', first.checksum_sha256.slice(0, 2));
      assert.deepEqual(await fs.readdir(partition), [first.checksum_sha256]);
      await store.trash.purge(ANONYMOUS, first.document_id);
      await store.trash.purge(ANONYMOUS, third.document_id);
      store.clock.advance(1000);
      await store.collector.run();
      assertSameBytes(await contentOf(second), content);
      await store.trash.purge(ANONYMOUS, second.document_id);
      await store.collector.run();
      assert.deepEqual(await fs.readdir(partition), []);
    });

    it('tries another id when the one it made is taken', async () => {
      const ids = ['doc_aaaaaaaaaaaa', 'doc_aaaaaaaaaaaa', 'doc_aaaaaaaaaaaa', 'doc_bbbbbbbbbbbb'];
      const other = await openStore(path.join(folder(), 'other'), { createId: () => ids.shift() ?? assert.fail() });
      const first = await other.push('one');
      const second = await other.push('two');
      assert.deepEqual([first.document_id, second.document_id], ['doc_aaaaaaaaaaaa', 'doc_bbbbbbbbbbbb']);
      assert.equal((await other.documents.get(ANONYMOUS, 'doc_aaaaaaaaaaaa')).checksum_sha256, first.checksum_sha256);
      await other.db.close();
    });

    it('tries another id also when pushes at the same time made the same one', async () => {
      let made = 0;
      const createId = (): string =>
        `doc_${Math.floor((made += 1) / 3)
          .toString(16)
          .padStart(12, '0')}`;
      const other = await openStore(path.join(folder(), 'other'), { createId });
      const pushed = await Promise.all(Array.from({ length: 12 }, (_, index) => other.push(`content ${index}`)));
      assert.equal(new Set(pushed.map(({ document_id }) => document_id)).size, 12);
      await other.db.close();
    });

    it('gives up after some taken ids, and stores nothing', async () => {
      const other = await openStore(path.join(folder(), 'other'), { createId: () => 'doc_aaaaaaaaaaaa' });
      await other.push('one');
      await assert.rejects(other.push('two'), /ids were all taken/);
      assert.equal((await other.db.read.knex('documents')).length, 1);
      assert.equal((await other.db.read.knex('events')).length, 1);
      await other.db.close();
    });

    it('fails and records nothing when the content cannot be published', async () => {
      const staged = await store.blobs.stage(Readable.from([Buffer.from('x')]));
      staged.discard();
      const before = await rows();
      await assert.rejects(store.documents.push(ANONYMOUS, { ...BARE, content: staged }), { code: 'ENOENT' });
      assert.deepEqual(await rows(), before);
    });

    it('fails and records nothing for a tenant that there is not', async () => {
      const staged = await store.blobs.stage(Readable.from([Buffer.from('x')]));
      const before = await rows();
      await assert.rejects(store.documents.push(STRANGER, { ...BARE, content: staged }), /no tenant acme/);
      assert.deepEqual(await rows(), before);
    });
  });

  describe('update', () => {
    it('changes what is given, leaves the rest, and answers with the document as it is now', async () => {
      const pushed = await store.push('x', { name: 'Old', tags: ['a', 'b'], description: 'before' });
      const { documents } = store;
      store.clock.advance(5000);
      const updated_at = store.clock.now().toISOString();
      const renamed = await documents.update(ANONYMOUS, pushed.document_id, { name: 'New' });
      assert.deepEqual(renamed, { ...pushed, name: 'New', updated_at, revision: 2 });
      const retagged = await documents.update(ANONYMOUS, pushed.document_id, { tags: ['c', 'b', 'c'] });
      assert.deepEqual(retagged, { ...pushed, name: 'New', tags: ['c', 'b'], updated_at, revision: 3 });
      const bare = await documents.update(ANONYMOUS, pushed.document_id, { tags: [], description: '' });
      assert.deepEqual(bare, { ...pushed, name: 'New', tags: [], description: '', updated_at, revision: 4 });
      assert.deepEqual(await documents.get(ANONYMOUS, pushed.document_id), bare);
    });

    it('is seen by the next query, under the new name and tags only', async () => {
      const pushed = await store.push('x', { name: 'Old name', tags: ['a'] });
      await store.documents.update(ANONYMOUS, pushed.document_id, { name: 'Fresh name', tags: ['b'] });
      const found = async (name: string, ...tags: string[]): Promise<number> =>
        (await store.documents.query(ANONYMOUS, { name, tags }, 10)).documents.length;
      assert.deepEqual(await Promise.all([found('old'), found('fresh'), found('ol'), found('', 'a')]), [0, 1, 0, 0]);
      assert.deepEqual(await Promise.all([found('', 'b'), found('fresh', 'b'), found('name')]), [1, 1, 1]);
    });

    it('loses none of several changes at the same time', async () => {
      const { document_id } = await store.push('x', { name: 'Old', tags: ['a'], description: 'before' });
      await Promise.all([
        store.documents.update(ANONYMOUS, document_id, { name: 'New' }),
        store.documents.update(ANONYMOUS, document_id, { tags: ['b'] }),
        store.documents.update(ANONYMOUS, document_id, { description: 'after' }),
      ]);
      const { name, tags, description, revision } = await store.documents.get(ANONYMOUS, document_id);
      assert.deepEqual({ name, tags, description }, { name: 'New', tags: ['b'], description: 'after' });
      assert.equal(revision, 4);
    });
  });

  describe('a document that is not there', () => {
    it('is not found by any use case', async () => {
      const { documents, trash } = store;
      const pushed = await store.push('x');
      await trash.purge(ANONYMOUS, pushed.document_id);
      await assert.rejects(documents.get(ANONYMOUS, pushed.document_id), NOT_FOUND);
      await assert.rejects(documents.update(ANONYMOUS, pushed.document_id, { name: 'x' }), NOT_FOUND);
      await assert.rejects(trash.purge(ANONYMOUS, pushed.document_id), NOT_FOUND);
      store.clock.advance(1000);
      await store.collector.run();
      await assert.rejects(documents.open(ANONYMOUS, pushed, whole(1)), NOT_FOUND);
    });

    it('is what another tenant’s document is', async () => {
      await addTenant(store.db, 'acme');
      const { documents, trash } = store;
      const ours = await store.push('secret', { tags: ['a'] });
      await assert.rejects(documents.get(STRANGER, ours.document_id), NOT_FOUND);
      await assert.rejects(documents.update(STRANGER, ours.document_id, { name: 'x' }), NOT_FOUND);
      await assert.rejects(trash.purge(STRANGER, ours.document_id), NOT_FOUND);
      await assert.rejects(documents.open(STRANGER, ours, whole(6)), NOT_FOUND);
      for (const filter of [
        { name: '', tags: [] },
        { name: 'notes', tags: [] },
        { name: '', tags: ['a'] },
      ]) {
        assert.deepEqual((await documents.query(STRANGER, filter, 10)).documents, []);
        assert.deepEqual((await documents.query(ANONYMOUS, filter, 10)).documents, [ours]);
      }
      assert.deepEqual(await documents.get(ANONYMOUS, ours.document_id), ours);
    });

    it('is something else than a document whose blob is lost', async () => {
      const pushed = await store.push(randomBytes(10));
      await store.blobs.remove({ tenant_id: 'default', checksum_sha256: pushed.checksum_sha256 });
      await assert.rejects(store.documents.open(ANONYMOUS, pushed, whole(10)), BlobMissingError);
    });
  });

  describe('the journal', () => {
    it('tells every change in order, with who and when', async () => {
      const { documents, trash, clock } = store;
      const first = await store.push('one', { name: 'One' });
      clock.advance(1000);
      const second = await store.push('two', { name: 'Two' });
      await documents.update(ANONYMOUS, first.document_id, { name: 'Uno', tags: ['a'] });
      clock.advance(1000);
      const deleted_at = clock.now().toISOString();
      await trash.purge(ANONYMOUS, first.document_id);
      const told = await events();
      assert.deepEqual(
        told.map(({ type, document_id }) => [type, document_id]),
        [
          ['document.created', first.document_id],
          ['document.created', second.document_id],
          ['document.updated', first.document_id],
          ['document.purged', first.document_id],
        ],
      );
      const sequences = told.map(({ sequence }) => Number(sequence));
      assert.deepEqual(
        sequences.map((sequence) => sequence - Math.min(...sequences)),
        [0, 1, 2, 3],
      );
      for (const event of told) assert.deepEqual([event['principal_id'], event['version']], ['anonymous', 1]);
      assert.deepEqual(
        told.map(({ occurred_at }) => occurred_at),
        [first.uploaded_at, second.uploaded_at, second.uploaded_at, deleted_at],
      );
      assert.deepEqual(
        told.map(({ data }) => JSON.parse(String(data)) as unknown),
        [{}, {}, { change: { name: 'Uno', tags: ['a'] } }, { name: 'Uno' }],
      );
    });

    it('tells nothing of what was refused', async () => {
      const { documents, trash } = store;
      await store.push('x');
      await assert.rejects(trash.purge(ANONYMOUS, 'doc_000000000000'), NOT_FOUND);
      await assert.rejects(documents.update(ANONYMOUS, 'doc_000000000000', { name: 'x' }), NOT_FOUND);
      assert.equal((await events()).length, 1);
    });

    it('takes the change back with it when it cannot be written, and nobody else’s', async () => {
      const kept = await store.push('x', { name: 'Kept', tags: ['a'] });
      await store.db.write(({ knex }) =>
        knex.raw(`CREATE TRIGGER refuse BEFORE INSERT ON events WHEN new.type <> 'document.created' OR (
                    SELECT count(*) FROM events) > 1 BEGIN SELECT RAISE(ABORT, 'no journal'); END`),
      );
      const outcomes = await Promise.allSettled([
        store.documents.update(ANONYMOUS, kept.document_id, { name: 'Changed', tags: ['b'], description: 'c' }),
        store.trash.purge(ANONYMOUS, kept.document_id),
        store.push('second', { name: 'Second' }),
        store.trash.purge(ANONYMOUS, kept.document_id),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['rejected', 'rejected', 'fulfilled', 'rejected'],
      );
      await assert.rejects(store.push('third', { name: 'Third' }), /no journal/);
      await assert.rejects(store.trash.purge(ANONYMOUS, kept.document_id), /no journal/);
      assert.deepEqual(await store.documents.get(ANONYMOUS, kept.document_id), kept);
      const { documents } = await store.documents.query(ANONYMOUS, { name: '', tags: [] }, 10);
      assert.deepEqual(
        documents.map(({ name }) => name),
        ['Second', 'Kept'],
      );
      assert.equal((await store.documents.query(ANONYMOUS, { name: 'changed', tags: [] }, 10)).documents.length, 0);
      assert.equal((await events()).length, 2);
    });
  });
});
