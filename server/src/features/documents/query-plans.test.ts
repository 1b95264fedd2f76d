import assert from 'node:assert/strict';
import path from 'node:path';
import { mock } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { ANONYMOUS } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { watchStatements, type RunningStatement } from '../../testing/statements.js';
import { openTextStore, type TextStore } from '../../testing/text-store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import type { DocumentFilter } from './query.filter.js';

/** Tables whose rows grow with the documents; none of them may be read from end to end. */
const GROWING = ['documents', 'document_versions', 'document_tags', 'tag_counts', 'upload_hours', 'events', 'trash'];
const SORTS = ['uploaded_at', 'updated_at', 'name', 'size'] as const;

describe('every statement is answered from an index', () => {
  const folder = useTemporaryFolder();
  let store: TextStore;
  let explain: BetterSqlite3.Database;
  let statements: RunningStatement[];

  beforeEach(async () => {
    store = await openTextStore(path.join(folder(), 'store'), { retention: { keepLast: 2, keepDays: 1 } });
    for (let index = 0; index < 40; index += 1) {
      await store.push(`content ${index % 3}`, { name: `design ${index}`, tags: ['a', index % 2 ? 'b' : 'c'] });
    }
    explain = new BetterSqlite3(path.join(store.root, 'documents.db'), { readonly: true });
    statements = [];
    watchStatements((statement) => statements.push(statement));
  });
  afterEach(async () => {
    mock.restoreAll();
    explain.close();
    await store.close();
  });

  /** Explains what has run since the last time. Fails when a growing table was read from end to end. */
  function assertIndexed(what: string): { sql: string; plan: string }[] {
    const seen = statements.splice(0).filter(({ sql }) => /^\s*(select|insert|update|delete|with)\b/i.test(sql));
    assert.ok(seen.length > 0, `${what}: no statement was seen`);
    return seen.map(({ sql, values }) => {
      const aliases = [...sql.matchAll(/[`"]?(\w+)[`"]?\s+as\s+[`"]?(\w+)[`"]?/gi)]
        .filter(([, table]) => GROWING.includes(table ?? ''))
        .map(([, , alias]) => alias ?? '');
      const rows = explain.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
      for (const { detail } of rows) {
        const scanned = /^SCAN (\w+)/.exec(detail)?.[1] ?? '';
        const message = `${what}\n${sql}\n${rows.map((row) => row.detail).join('\n')}`;
        assert.ok(![...GROWING, ...aliases].includes(scanned), message);
        // The name index without a MATCH is a scan as well, under another name.
        assert.doesNotMatch(detail, /document_names VIRTUAL TABLE INDEX \d+:$/, message);
      }
      return { sql, plan: rows.map(({ detail }) => detail).join('\n') };
    });
  }

  it('of a query, with every filter, on the first page and on a later one', async () => {
    for (const filter of [
      { name: '', tags: [] },
      { name: 'd', tags: [] },
      { name: 'design', tags: [] },
      { name: '', tags: ['a'] },
      { name: '', tags: ['a', 'b'] },
      { name: 'de', tags: ['a'] },
      { name: 'design', tags: ['a', 'b'] },
      { name: 'none such', tags: ['a', 'none'] },
    ]) {
      const page = await store.documents.query(ANONYMOUS, filter, 5);
      assertIndexed(JSON.stringify(filter));
      if (page.next !== undefined) await store.documents.query(ANONYMOUS, filter, 5, page.next);
      if (page.next !== undefined) assertIndexed(`${JSON.stringify(filter)}, second page`);
    }
  });

  it('of a query in every order, with every other filter', async () => {
    const long_ago = '2020-01-01T00:00:00.000Z';
    const far_ahead = '2999-01-01T00:00:00.000Z';
    const filters: DocumentFilter[] = [
      { any_tags: ['b', 'c'] },
      { not_tags: ['c'] },
      { mime_type: 'text/markdown' },
      { mime_type: 'text/*' },
      { min_size: 1 },
      { max_size: 1000 },
      { uploaded_after: long_ago, uploaded_before: far_ahead },
      { updated_after: long_ago, updated_before: far_ahead },
      { mime_type: 'text/*', min_size: 1, updated_after: long_ago, any_tags: ['b'], not_tags: ['c'] },
    ].map((filter) => ({ name: '', tags: [], ...filter }));
    filters.push({ name: 'design', tags: ['a'], any_tags: ['b', 'c'], max_size: 1000 });
    for (const filter of filters) {
      for (const sort of SORTS) {
        for (const order of ['asc', 'desc'] as const) {
          const what = `${JSON.stringify(filter)} by ${sort} ${order}`;
          const page = await store.documents.query(ANONYMOUS, filter, 5, undefined, { sort, order });
          assert.equal(page.documents.length, 5, what);
          assertIndexed(what);
          await store.documents.query(ANONYMOUS, filter, 5, page.next, { sort, order });
          assertIndexed(`${what}, second page`);
        }
      }
    }
  });

  it('of a list in every order, without sorting, and of a later page from its place on', async () => {
    for (const sort of SORTS) {
      for (const order of ['asc', 'desc'] as const) {
        const all = { name: '', tags: [] };
        const { next } = await store.documents.query(ANONYMOUS, all, 5, undefined, { sort, order });
        await store.documents.query(ANONYMOUS, all, 5, next, { sort, order });
        const plans = assertIndexed(`${sort} ${order}`).filter(({ sql }) => /order by/i.test(sql));
        assert.ok(plans.length >= 2, `${sort} ${order}`);
        for (const { plan, sql } of plans) {
          assert.doesNotMatch(plan, /TEMP B-TREE/, `${sql}\n${plan}`);
          const ordered = { uploaded_at: 'sequence', updated_at: 'update', name: 'name', size: 'size' }[sort];
          assert.match(plan, new RegExp(sort === 'uploaded_at' ? '^SEARCH' : `documents_by_${ordered}`), sql);
        }
      }
    }
  });

  it('of a push, a look, a change and a deletion', async () => {
    const { document_id } = await store.push('more', { tags: ['a'] });
    assertIndexed('push');
    await store.documents.get(ANONYMOUS, document_id);
    assertIndexed('get');
    await store.documents.update(ANONYMOUS, document_id, { name: 'x', tags: ['b'], description: 'y' });
    assertIndexed('update');
    await store.trash.purge(ANONYMOUS, document_id);
    assertIndexed('delete');
  });

  it('of versions and the trash: each change, each look, each listing', async () => {
    const { document_id, checksum_sha256 } = await store.push('first');
    const precondition = [`"${checksum_sha256}"`];
    const looks: Record<string, () => Promise<unknown>> = {
      change: () => store.change(document_id, 'second', { precondition }),
      'a change that comes too late': () => store.change(document_id, 'third', { precondition, merge: true }),
      'a look at a version': () => store.documents.get(ANONYMOUS, document_id, 1),
      'a pull of a version': () => store.documents.getContent(ANONYMOUS, document_id, 1),
      'a version that is not there': () => store.documents.get(ANONYMOUS, document_id, 9),
      rollback: () => store.versions.rollback(ANONYMOUS, document_id, { version: 1 }, 'any'),
      'the first page of versions': () => store.versions.list(ANONYMOUS, document_id, 2),
      'the next page of versions': () => store.versions.list(ANONYMOUS, document_id, 2, 3),
      comparison: () => store.versions.patch(ANONYMOUS, document_id, { from: undefined, to: undefined, context: 3 }),
      'a deletion': () => store.trash.delete(ANONYMOUS, document_id),
      'a look at what is in the trash': () => store.documents.get(ANONYMOUS, document_id),
      'the first page of the trash': () => store.trash.list(ANONYMOUS, 2),
      'the next page of the trash': () => store.trash.list(ANONYMOUS, 2, 2 ** 40),
      'a restore': () => store.trash.restore(ANONYMOUS, document_id),
    };
    statements = [];
    for (const [what, look] of Object.entries(looks)) {
      await look().catch((error: unknown) => {
        assert.ok(error instanceof Problem, String(error));
      });
      assertIndexed(what);
    }
  });

  it('of the collector', async () => {
    const { document_id } = await store.push('more');
    await store.trash.purge(ANONYMOUS, document_id);
    const { document_id: expired } = await store.push('expired');
    await store.trash.delete(ANONYMOUS, expired);
    store.clock.advance(31 * 24 * 3600 * 1000);
    statements = [];
    const { removed_blobs, purged_documents } = await store.collector.run();
    assert.deepEqual([removed_blobs, purged_documents], [2, 1]);
    assertIndexed('collect');
  });

  it('and a plan that reads all is noticed', async () => {
    await store.db.read.knex('documents').where({ description: 'x' });
    assert.throws(() => {
      assertIndexed('a query without an index');
    }, /SCAN documents/);
  });
});
