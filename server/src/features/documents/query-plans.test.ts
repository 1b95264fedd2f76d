import assert from 'node:assert/strict';
import path from 'node:path';
import { mock } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { ANONYMOUS } from '../../kernel/principal.js';
import { watchStatements, type RunningStatement } from '../../testing/statements.js';
import { openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';

/** Tables whose rows grow with the documents; none of them may be read from end to end. */
const GROWING = ['documents', 'document_versions', 'document_tags', 'events'];

describe('every statement is answered from an index', () => {
  const folder = useTemporaryFolder();
  let store: Store;
  let explain: BetterSqlite3.Database;
  let statements: RunningStatement[];

  beforeEach(async () => {
    store = await openStore(path.join(folder(), 'store'));
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
    await store.db.close();
  });

  /** Explains what has run since the last time. Fails when a growing table was read from end to end. */
  function assertIndexed(what: string): void {
    const seen = statements.splice(0).filter(({ sql }) => /^\s*(select|insert|update|delete|with)\b/i.test(sql));
    assert.ok(seen.length > 0, `${what}: no statement was seen`);
    for (const { sql, values } of seen) {
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
    }
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

  it('of a push, a look, a change and a deletion', async () => {
    const { document_id } = await store.push('more', { tags: ['a'] });
    assertIndexed('push');
    await store.documents.get(ANONYMOUS, document_id);
    assertIndexed('get');
    await store.documents.update(ANONYMOUS, document_id, { name: 'x', tags: ['b'], description: 'y' });
    assertIndexed('update');
    await store.documents.delete(ANONYMOUS, document_id);
    assertIndexed('delete');
  });

  it('of the collector', async () => {
    const { document_id } = await store.push('more');
    await store.documents.delete(ANONYMOUS, document_id);
    store.clock.advance(60_000);
    statements = [];
    assert.equal((await store.collector.run()).removed_blobs, 1);
    assertIndexed('collect');
  });

  it('and a plan that reads all is noticed', async () => {
    await store.db.read.knex('documents').where({ description: 'x' });
    assert.throws(() => {
      assertIndexed('a query without an index');
    }, /SCAN documents/);
  });
});
