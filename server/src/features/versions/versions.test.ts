import assert from 'node:assert/strict';
import path from 'node:path';
import type { Document } from '../../kernel/contract.js';
import { contentEtag, metadataEtag } from '../../kernel/precondition.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { keyOf, readAll, whole } from '../../testing/blob-content.js';
import { openTextStore, type TextStore } from '../../testing/text-store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { addTenant } from '../../testing/tenant.js';

const ADA = { ...ANONYMOUS, principal_id: 'ada' };
const STRANGER = { ...ANONYMOUS, tenant_id: 'acme', principal_id: 'stranger' };
const NOT_FOUND = { name: 'Problem', code: 'document_not_found' };

describe('Versions', () => {
  const folder = useTemporaryFolder();
  let store: TextStore;
  let document: Document;

  beforeEach(async () => {
    store = await openTextStore(path.join(folder(), 'store'));
    document = await store.push('one\n', { filename: 'first.md', name: 'Name', tags: ['b', 'a'] });
    store.clock.advance(1000);
  });
  afterEach(() => store.close());

  async function numbers(): Promise<number[]> {
    return (await store.versions.list(ANONYMOUS, document.document_id, 1000)).versions.map(({ version }) => version);
  }
  async function textOf(version?: number): Promise<string> {
    const content = await store.documents.getContent(ANONYMOUS, document.document_id, version);
    return (await readAll(await store.documents.open(ANONYMOUS, content, whole(content.size_bytes)))).toString();
  }
  async function events(): Promise<unknown[][]> {
    const rows: Record<string, unknown>[] = await store.db.read.knex('events').orderBy('sequence');
    return rows.map(({ type, version, principal_id, data }) => [type, version, principal_id, JSON.parse(String(data))]);
  }

  describe('create', () => {
    it('makes the next version with all that is known of it, and the document follows', async () => {
      const change = await store.change(document.document_id, 'two\n', {
        principal: ADA,
        message: 'Why\nand what',
        filename: 'second.txt',
        precondition: [contentEtag(document)],
      });
      const created_at = store.clock.now().toISOString();
      const { checksum_sha256 } = keyOf(Buffer.from('two\n'));
      const facts = { original_filename: 'second.txt', size_bytes: 4, mime_type: 'text/plain', checksum_sha256 };
      assert.deepEqual(change, {
        document_id: document.document_id,
        version: 2,
        parents: [1],
        ...facts,
        created_at,
        created_by: 'ada',
        message: 'Why\nand what',
        outcome: 'created',
      });
      const now = { ...document, ...facts, updated_at: created_at, version: 2, revision: 2 };
      assert.deepEqual(await store.documents.get(ANONYMOUS, document.document_id), now);
      assert.deepEqual(await store.documents.query(ANONYMOUS, { name: 'name', tags: ['a'] }, 5), {
        documents: [now],
        next: undefined,
      });
      assert.deepEqual((await store.versions.list(ANONYMOUS, document.document_id, 1)).versions, [
        (({ outcome: _, ...version }) => version)(change),
      ]);
      assert.deepEqual([await textOf(), await textOf(1), await textOf(2)], ['two\n', 'one\n', 'two\n']);
      assert.deepEqual((await events()).slice(1), [['document.version_created', 2, 'ada', { parents: [1] }]]);
    });

    it('takes the metadata’s ETag too, which also covers the name', async () => {
      const renamed = await store.documents.update(ANONYMOUS, document.document_id, { name: 'Other' });
      const old = { precondition: [metadataEtag(document)] };
      await assert.rejects(store.change(document.document_id, 'two\n', old), { code: 'version_mismatch' });
      const change = await store.change(document.document_id, 'two\n', { precondition: [metadataEtag(renamed)] });
      assert.equal(change.version, 2);
    });

    it('makes none of content that the document has already, whatever was expected, and tells nobody', async () => {
      for (const precondition of ['any', [contentEtag(document)], ['"0"'], []] as const) {
        const change = await store.change(document.document_id, 'one\n', { precondition, filename: 'x', message: 'm' });
        assert.deepEqual(
          [change.outcome, change.version, change.original_filename, change.message],
          ['unchanged', 1, 'first.md', ''],
        );
      }
      assert.deepEqual(await store.documents.get(ANONYMOUS, document.document_id), document);
      assert.equal((await events()).length, 1);
    });

    it('makes one of content that an older version has: history goes on, the bytes are stored once', async () => {
      await store.change(document.document_id, 'two\n');
      const back = await store.change(document.document_id, 'one\n');
      assert.deepEqual([back.version, back.parents, back.outcome], [3, [2], 'created']);
      store.clock.advance(1_000_000);
      assert.equal((await store.collector.run()).removed_blobs, 0);
    });

    it('refuses what replaces something else, says what is there, and stores nothing', async () => {
      await store.change(document.document_id, 'two\n');
      for (const precondition of [[contentEtag(document)], [metadataEtag(document)], [], ['"x"', '"y"']]) {
        await assert.rejects(store.change(document.document_id, 'three\n', { precondition }), {
          code: 'version_mismatch',
          status: 412,
          details: { current_version: 2, current_etag: contentEtag(keyOf(Buffer.from('two\n'))) },
        });
      }
      assert.deepEqual(await numbers(), [2, 1]);
      assert.equal(await store.blobs.has(keyOf(Buffer.from('three\n'))), false);
    });

    it('finds a repeated change done, also when others have gone on to the very same content', async () => {
      const precondition = [contentEtag(document)];
      const first = await store.change(document.document_id, 'two\n', { precondition });
      const again = await store.change(document.document_id, 'two\n', { precondition });
      assert.deepEqual([first.outcome, again.outcome, again.version], ['created', 'unchanged', 2]);
      await store.change(document.document_id, 'three\n');
      await assert.rejects(store.change(document.document_id, 'two\n', { precondition }), { code: 'version_mismatch' });
    });
  });

  describe('rollback', () => {
    beforeEach(async () => {
      await store.change(document.document_id, 'two\n', { filename: 'second.txt' });
      store.clock.advance(1000);
      await store.change(document.document_id, 'three\n', { filename: 'third.json' });
      store.clock.advance(1000);
    });

    it('makes the old content, its file name and its type the newest version, and rewrites nothing', async () => {
      const before = (await store.versions.list(ANONYMOUS, document.document_id, 10)).versions;
      const change = await store.versions.rollback(ADA, document.document_id, { version: 1 }, 'any');
      assert.deepEqual(change, {
        ...before.at(-1),
        version: 4,
        parents: [3],
        created_at: store.clock.now().toISOString(),
        created_by: 'ada',
        message: 'Rollback to version 1',
        outcome: 'created',
      });
      assert.deepEqual((await store.versions.list(ANONYMOUS, document.document_id, 10)).versions.slice(1), before);
      assert.equal(await textOf(), 'one\n');
      assert.deepEqual((await events()).at(-1), ['document.version_created', 4, 'ada', { parents: [3] }]);
      const own = await store.versions.rollback(ADA, document.document_id, { version: 2, message: 'mine' }, 'any');
      assert.deepEqual([own.version, own.message, await textOf()], [5, 'mine', 'two\n']);
    });

    it('leaves a document alone that has that content already, however often it is asked', async () => {
      const current = await store.documents.get(ANONYMOUS, document.document_id);
      const same = await store.versions.rollback(ANONYMOUS, document.document_id, { version: 3 }, ['"x"']);
      assert.deepEqual([same.outcome, same.version], ['unchanged', 3]);
      const precondition = [contentEtag(current)];
      const first = await store.versions.rollback(ANONYMOUS, document.document_id, { version: 1 }, precondition);
      const again = await store.versions.rollback(ANONYMOUS, document.document_id, { version: 1 }, precondition);
      assert.deepEqual([first.outcome, again.outcome, again.version], ['created', 'unchanged', 4]);
    });

    it('refuses what replaces something else, and versions that are not there', async () => {
      const roll = (version: number, precondition: readonly string[] | 'any' = 'any') =>
        store.versions.rollback(ANONYMOUS, document.document_id, { version }, precondition);
      await assert.rejects(roll(1, [contentEtag(document)]), { code: 'version_mismatch', status: 412 });
      await assert.rejects(roll(4), { code: 'version_not_found', status: 404, message: /newest version is 3/ });
      assert.deepEqual(await numbers(), [3, 2, 1]);
    });
  });

  describe('list', () => {
    it('gives the newest first, in pages that new versions do not shift', async () => {
      for (let version = 2; version <= 9; version += 1) await store.change(document.document_id, `${version}`);
      const first = await store.versions.list(ANONYMOUS, document.document_id, 4);
      assert.deepEqual(
        first.versions.map(({ version }) => version),
        [9, 8, 7, 6],
      );
      await store.change(document.document_id, 'one more');
      const second = await store.versions.list(ANONYMOUS, document.document_id, 4, first.next);
      assert.deepEqual(
        second.versions.map(({ version }) => version),
        [5, 4, 3, 2],
      );
      const third = await store.versions.list(ANONYMOUS, document.document_id, 4, second.next);
      assert.deepEqual([third.versions.map(({ version }) => version), third.next], [[1], undefined]);
      assert.equal((await store.versions.list(ANONYMOUS, document.document_id, 10)).next, undefined);
    });
  });

  it('keep nothing of a document in the trash open, and all of it for the way back', async () => {
    await store.change(document.document_id, 'two\n');
    await store.trash.delete(ANONYMOUS, document.document_id);
    const { versions, reading } = store;
    const id = document.document_id;
    const edits = [{ op: 'append', text: 'x' }] as const;
    const condition = { precondition: 'any', merge: true } as const;
    const comparison = { from: 1, to: 2, context: 3 };
    for (const look of [
      () => versions.list(ANONYMOUS, id, 10),
      () => versions.rollback(ANONYMOUS, id, { version: 1 }, 'any'),
      () => versions.edit(ANONYMOUS, id, edits, '', condition),
      () => versions.patch(ANONYMOUS, id, comparison),
      () => versions.hunks(ANONYMOUS, id, comparison),
      () => reading.readPart(ANONYMOUS, id, undefined, {}),
      () => reading.readPart(ANONYMOUS, id, 1, {}),
      () => reading.outline(ANONYMOUS, id, 2),
      () => store.change(id, 'three\n', condition),
    ]) {
      await assert.rejects(look(), { ...NOT_FOUND, message: /in the trash/ });
    }
    await store.trash.restore(ANONYMOUS, id);
    assert.deepEqual(await numbers(), [2, 1]);
    assert.deepEqual([await textOf(), await textOf(1)], ['two\n', 'one\n']);
  });

  it('belong to a tenant: a stranger finds none, changes none and compares none', async () => {
    await addTenant(store.db, 'acme');
    await store.change(document.document_id, 'two\n');
    const { versions, reading } = store;
    const id = document.document_id;
    const edits = [{ op: 'append', text: 'x' }] as const;
    const condition = { precondition: 'any', merge: true } as const;
    const comparison = { from: 1, to: 2, context: 3 };
    for (const look of [
      () => store.documents.get(STRANGER, id, 1),
      () => store.documents.getContent(STRANGER, id, 1),
      () => versions.list(STRANGER, id, 10),
      () => versions.rollback(STRANGER, id, { version: 1 }, 'any'),
      () => versions.edit(STRANGER, id, edits, '', condition),
      () => versions.patch(STRANGER, id, comparison),
      () => versions.hunks(STRANGER, id, comparison),
      () => reading.readPart(STRANGER, id, undefined, {}),
      () => reading.outline(STRANGER, id, 1),
      () => store.change(id, 'three\n', { ...condition, principal: STRANGER }),
      () => store.change(id, 'two\n', { ...condition, principal: STRANGER }),
    ]) {
      await assert.rejects(look(), { ...NOT_FOUND, message: /^There is no document/ });
    }
    assert.deepEqual(await numbers(), [2, 1]);
    assert.deepEqual(await store.db.read.knex('events').where({ tenant_id: 'acme' }), []);
  });
});
