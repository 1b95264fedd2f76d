import assert from 'node:assert/strict';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { ContentIndexing, Trash } from '../../features/documents/index.js';
import { Documents } from '../../features/documents/documents.js';
import { openBlobStore } from '../../blobs/index.js';
import { systemClock } from '../../kernel/clock.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { openDatabase } from '../database.js';
import { connectWriter } from '../dialect.js';
import * as documents from './001-documents.js';

const BASE = 2 ** 32;
/** The second tenant has an index of its own, which the fresh database lacks as it lacks him. */
const OF_ALL_TENANTS = "tbl_name NOT GLOB 'search_*_2*'";
const NO_QUEUE = { settle: () => Promise.resolve(undefined) };
const CHECKSUMS = ['a', 'b', 'c'].map((digit) => digit.repeat(64));

describe('the migration to versions', () => {
  const folder = useTemporaryFolder();
  const file = (): string => path.join(folder(), 'documents.db');

  /** A database as the first release left it: documents, one of them with tags, one of a second tenant. */
  async function writeFirstRelease(): Promise<void> {
    const writer = await connectWriter(file());
    try {
      writer.begin();
      const { knex } = writer;
      await documents.up(knex);
      await knex.schema.createTable('migrations', (table) => {
        table.string('name', 64).primary();
        table.string('applied_at', 24).notNullable();
      });
      await knex('migrations').insert({ name: '001-documents', applied_at: '2026-01-01T00:00:00.000Z' });
      await knex('tenants')
        .where({ tenant_id: 'default' })
        .update({ last_sequence: BASE + 2 });
      const range = { first_sequence: 2 ** 33, last_sequence: 2 ** 33 + 1 };
      await knex('tenants').insert({ tenant_id: 'acme', ...range, created_at: '2026-01-01T00:00:00.000Z' });
      for (const [index, checksum_sha256] of CHECKSUMS.entries()) {
        const tenant_id = index === 2 ? 'acme' : 'default';
        const sequence = index === 2 ? 2 ** 33 + 1 : BASE + 1 + index;
        const key = { tenant_id, document_id: `doc_00000000000${index}` };
        const at = `2026-01-0${index + 1}T10:00:00.000Z`;
        await knex('documents').insert({
          ...key,
          sequence,
          name: `Ältere Notiz ${index}`,
          name_folded: `ÄLTERE NOTIZ ${index}`,
          description: `description ${index}`,
          current_version: 1,
          uploaded_at: at,
        });
        await knex('document_versions').insert({
          ...key,
          version: 1,
          checksum_sha256,
          size_bytes: 10 ** (index * 5),
          mime_type: 'text/markdown',
          original_filename: `notiz-${index}.md`,
          created_at: at,
          created_by: 'anonymous',
        });
        await knex('events').insert({
          ...{ tenant_id, sequence, type: 'document.created', document_id: key.document_id, version: 1 },
          ...{ principal_id: 'anonymous', occurred_at: at, data: '{}' },
        });
      }
      for (const [position, tag] of ['b', 'a', 'ä'].entries()) {
        await knex('document_tags').insert({ tenant_id: 'default', tag, sequence: BASE + 1, position });
      }
      writer.commit();
    } finally {
      await writer.close();
    }
  }

  it('keeps every document with its tags, its version, its place and its name in the search', async () => {
    await writeFirstRelease();
    const db = await openDatabase(file());
    const blobs = await openBlobStore(folder());
    const store = new Documents({ db, blobs, clock: systemClock, indexing: new ContentIndexing(blobs, NO_QUEUE) });
    const { documents: found } = await store.query(ANONYMOUS, { name: '', tags: [] }, 10);
    const expected = [1, 0].map((index) => ({
      document_id: `doc_00000000000${index}`,
      name: `Ältere Notiz ${index}`,
      original_filename: `notiz-${index}.md`,
      tags: index === 0 ? ['b', 'a', 'ä'] : [],
      description: `description ${index}`,
      size_bytes: 10 ** (index * 5),
      mime_type: 'text/markdown',
      checksum_sha256: CHECKSUMS[index],
      uploaded_at: `2026-01-0${index + 1}T10:00:00.000Z`,
      updated_at: `2026-01-0${index + 1}T10:00:00.000Z`,
      version: 1,
      revision: 1,
      index_status: 'pending',
    }));
    assert.deepEqual(found, expected);
    assert.deepEqual((await store.query(ANONYMOUS, { name: 'tere notiz 0', tags: ['ä'] }, 10)).documents, [
      expected[1],
    ]);
    const versions: unknown[] = await db.read.knex('document_versions').orderBy('document_id');
    assert.equal(versions.length, 3);
    for (const [index, version] of versions.entries()) {
      assert.deepEqual(version, {
        tenant_id: index === 2 ? 'acme' : 'default',
        document_id: `doc_00000000000${index}`,
        version: 1,
        parents: '[]',
        checksum_sha256: CHECKSUMS[index],
        size_bytes: 10 ** (index * 5),
        mime_type: 'text/markdown',
        original_filename: `notiz-${index}.md`,
        created_at: `2026-01-0${index + 1}T10:00:00.000Z`,
        created_by: 'anonymous',
        message: '',
      });
    }
    const events: Record<string, unknown>[] = await db.read.knex('events').orderBy('document_id');
    assert.deepEqual(
      events.map(({ tenant_id, document_id, sequence, type, version, principal_id, data }) => [
        ...[tenant_id, document_id, sequence, type, version, principal_id, data],
      ]),
      [
        ['default', 'doc_000000000000', BASE + 1, 'document.created', 1, 'anonymous', '{}'],
        ['default', 'doc_000000000001', BASE + 2, 'document.created', 1, 'anonymous', '{}'],
        ['acme', 'doc_000000000002', 2 ** 33 + 1, 'document.created', 1, 'anonymous', '{}'],
      ],
    );
    await db.close();
  });

  it('leaves tables that the server works with: an old document is changed, deleted, restored and purged', async () => {
    await writeFirstRelease();
    const db = await openDatabase(file());
    const blobs = await openBlobStore(folder());
    const indexing = new ContentIndexing(blobs, NO_QUEUE);
    const store = new Documents({ db, blobs, clock: systemClock, indexing });
    const trash = new Trash({ db, clock: systemClock, indexing, keepDays: 30 });
    const changed = await store.update(ANONYMOUS, 'doc_000000000000', { name: 'New name' });
    assert.deepEqual([changed.revision, changed.version, changed.tags], [2, 1, ['b', 'a', 'ä']]);
    assert.ok(changed.updated_at > changed.uploaded_at);
    await trash.delete(ANONYMOUS, 'doc_000000000000');
    assert.deepEqual((await store.query(ANONYMOUS, { name: 'new name', tags: [] }, 10)).documents, []);
    const restored = await trash.restore(ANONYMOUS, 'doc_000000000000');
    assert.deepEqual(restored, { ...changed, updated_at: restored.updated_at, revision: 3 });
    await trash.purge(ANONYMOUS, 'doc_000000000000');
    assert.equal((await db.read.knex('document_versions').where({ tenant_id: 'default' })).length, 1);
    await db.close();
  });

  it('leaves the same tables as a new database has, whole and with every reference in order', async () => {
    await writeFirstRelease();
    await (await openDatabase(file())).close();
    const fresh = path.join(folder(), 'fresh.db');
    await (await openDatabase(fresh)).close();
    const [upgraded, made] = [file(), fresh].map((name) => {
      const database = new BetterSqlite3(name, { readonly: true });
      try {
        assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
        assert.deepEqual(database.pragma('foreign_key_check'), []);
        return database
          .prepare(`SELECT type, name, tbl_name, sql FROM sqlite_master WHERE ${OF_ALL_TENANTS} ORDER BY type, name`)
          .all();
      } finally {
        database.close();
      }
    });
    assert.deepEqual(upgraded, made);
  });

  it('is all or nothing: with a version in the way that fits nowhere, the old database stays as it was', async () => {
    await writeFirstRelease();
    const blocked = new BetterSqlite3(file());
    blocked.exec('CREATE TABLE trash (x)');
    const schema = () => blocked.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY type, name').all();
    const before = schema();
    await assert.rejects(openDatabase(file()), /trash/);
    assert.deepEqual(schema(), before);
    assert.equal(blocked.prepare('SELECT count(*) FROM migrations').pluck().get(), 1);
    blocked.exec('DROP TABLE trash');
    blocked.close();
    const db = await openDatabase(file());
    assert.equal((await db.read.knex('document_versions')).length, 3);
    await db.close();
  });
});
