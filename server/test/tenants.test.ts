/** Tenants over HTTP: made, listed, changed, suspended, and deleted with all they have. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import request, { type Response } from 'supertest';
import { openDatabase } from '../src/db/index.js';
import type { Document, Tenant } from '../src/kernel/contract.js';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { expectProblem } from './problem.js';
import { metadata } from './uploads-client.js';

describe('tenants', () => {
  let server: KeyedServer;
  let operator = '';
  before(async () => {
    server = await startKeyedServer();
    operator = await server.addKey('default', { scopes: ['tenants:manage', 'keys:manage'] });
  });
  after(() => server.close());

  const call = (method: 'get' | 'post' | 'patch' | 'delete', place: string, key = operator) =>
    request(server.url)[method](place).set(withKey(key));
  const push = async (key: string, content: string, tags = 'tag'): Promise<Document> => {
    const answer = await call('post', '/documents', key)
      .field('tags', tags)
      .attach('file', Buffer.from(content), 'a.md');
    assert.equal(answer.status, 201, answer.text);
    return answer.body as Document;
  };

  it('are made, listed with what they use, page after page, and changed', async () => {
    for (const tenant_id of ['one', 'two', 'three']) {
      const made = (await call('post', '/tenants').send({ tenant_id, allowed_documents: 5 }).expect(201))
        .body as Tenant;
      assert.deepEqual(made.usage, { used_bytes: 0, used_documents: 0, allowed_documents: 5 });
      assert.equal(made.name, tenant_id);
    }
    expectProblem(await call('post', '/tenants').send({ tenant_id: 'one' }), 409, 'tenant_exists');
    for (const tenant_id of ['Upper', '-a', 'a-', 'a/b', '..', '', 'x'.repeat(64)]) {
      expectProblem(await call('post', '/tenants').send({ tenant_id }), 400, 'validation_failed');
    }
    await push(await server.addKey('one'), '0123456789');
    const all: Tenant[] = [];
    for (let place: string | undefined = '/tenants?limit=2'; place !== undefined;) {
      const page: Response = await call('get', place).expect(200);
      all.push(...(page.body as Tenant[]));
      place = /<(.*?)>/.exec(String(page.headers['link'] ?? ''))?.[1];
    }
    assert.deepEqual(
      all.map(({ tenant_id, usage }) => [tenant_id, usage.used_bytes, usage.used_documents]),
      [
        ['default', 0, 0],
        ['one', 10, 1],
        ['three', 0, 0],
        ['two', 0, 0],
      ],
    );
    const change = { name: 'One', allowed_bytes: 1000, allowed_documents: null };
    const changed = (await call('patch', '/tenants/one').send(change).expect(200)).body as Tenant;
    assert.deepEqual(
      [changed.name, changed.usage],
      ['One', { used_bytes: 10, used_documents: 1, allowed_bytes: 1000 }],
    );
    expectProblem(await call('patch', '/tenants/none').send(change), 404, 'tenant_not_found');
  });

  it('are suspended with all their keys, and go on as they were', async () => {
    await server.addTenant('resting');
    const key = await server.addKey('resting');
    const { document_id } = await push(key, 'x');
    const suspended = (await call('patch', '/tenants/resting').send({ suspended: true }).expect(200)).body as Tenant;
    assert.match(String(suspended.suspended_at), /Z$/);
    expectProblem(await call('get', `/documents/${document_id}`, key), 403, 'tenant_suspended');
    const again = (await call('patch', '/tenants/resting').send({ suspended: true }).expect(200)).body as Tenant;
    assert.equal(again.suspended_at, suspended.suspended_at);
    const working = (await call('patch', '/tenants/resting').send({ suspended: false }).expect(200)).body as Tenant;
    assert.equal(working.suspended_at, undefined);
    await call('get', `/documents/${document_id}`, key).expect(200);
  });

  it('are the operator’s alone', async () => {
    await server.addTenant('curious');
    const key = await server.addKey('curious');
    for (const answer of [
      await call('get', '/tenants', key),
      await call('post', '/tenants', key).send({ tenant_id: 'mine' }),
      await call('patch', '/tenants/one', key).send({ suspended: true }),
      await call('delete', '/tenants/one', key),
    ]) {
      expectProblem(answer, 403, 'insufficient_scope');
    }
    expectProblem(await call('patch', '/tenants/default').send({ suspended: true }), 403, 'forbidden');
    expectProblem(await call('delete', '/tenants/default'), 403, 'forbidden');
    // However a key of another tenant came to the scope.
    const db = await openDatabase(path.join(server.storageDir, 'documents.db'));
    await db.write((tx) =>
      tx.knex('api_keys').where({ tenant_id: 'curious' }).update({ scopes: '["tenants:manage"]' }),
    );
    await db.close();
    expectProblem(await call('get', '/tenants', key), 403, 'forbidden');
  });

  it('are deleted with everything, and nothing of another one goes with it', async () => {
    for (const tenant_id of ['leaving', 'staying']) await server.addTenant(tenant_id);
    const [leaving, staying] = [await server.addKey('leaving'), await server.addKey('staying')];
    const kept = await push(staying, '# Same\n\nabout the numbat');
    for (const content of ['# Same\n\nabout the numbat', 'second', 'third']) await push(leaving, content);
    const trashed = await push(leaving, 'in the trash');
    await call('delete', `/documents/${trashed.document_id}`, leaving).expect(200);
    const upload = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '10', 'Upload-Metadata': metadata({ filename: 'a' }) };
    await call('post', '/uploads', leaving).set(upload).expect(201);
    const rows = await rowsOf(server.storageDir, 'leaving');
    for (const table of ['documents', 'trash', 'document_versions', 'events', 'uploads', 'api_keys', 'tag_counts']) {
      assert.ok((rows.get(table) ?? 0) > 0, table);
    }
    const indexes = await indexCount(server.storageDir);

    await call('delete', '/tenants/leaving').expect(204);

    for (const [table, count] of await rowsOf(server.storageDir, 'leaving')) {
      assert.equal(count, table === 'former_tenants' ? 1 : 0, table);
    }
    assert.equal(await indexCount(server.storageDir), indexes - 1);
    assert.ok(!existsSync(path.join(server.storageDir, 'leaving')));
    assert.ok(!existsSync(path.join(server.storageDir, '.uploads', 'leaving')));
    expectProblem(await call('get', '/documents', leaving), 401, 'unauthenticated');
    expectProblem(await call('delete', '/tenants/leaving'), 404, 'tenant_not_found');
    assert.equal((await call('get', `/documents/${kept.document_id}`, staying)).text, '# Same\n\nabout the numbat');
    const found = (await call('get', '/search?q=numbat', staying).expect(200)).body as { total: number };
    assert.equal(found.total, 1);
  });

  it('that are made under the id of one that was deleted begin with nothing', async () => {
    await server.addTenant('again');
    await push(await server.addKey('again'), 'about the quokka');
    await call('delete', '/tenants/again').expect(204);
    await server.addTenant('again');
    const key = await server.addKey('again');
    assert.deepEqual((await call('get', '/documents', key)).body, []);
    assert.equal(((await call('get', '/search?q=quokka', key)).body as { total: number }).total, 0);
    assert.deepEqual((await call('get', '/tags', key)).body, []);
    await push(key, 'about the quokka');
    assert.equal(((await call('get', '/search?q=quokka', key)).body as { total: number }).total, 1);
  });

  it('whose deletion was cut off are refused, shown as such, and deleted by doing it again', async () => {
    await server.addTenant('halfway');
    const key = await server.addKey('halfway');
    await push(key, 'x');
    const db = await openDatabase(path.join(server.storageDir, 'documents.db'));
    const at = new Date().toISOString();
    await db.write((tx) =>
      tx.knex('tenants').where({ tenant_id: 'halfway' }).update({ suspended_at: at, deletion_started_at: at }),
    );
    await db.close();
    expectProblem(await call('get', '/documents', key), 403, 'tenant_suspended');
    expectProblem(await call('patch', '/tenants/halfway').send({ suspended: false }), 404, 'tenant_not_found');
    const listed = ((await call('get', '/tenants')).body as Tenant[]).find(({ tenant_id }) => tenant_id === 'halfway');
    assert.equal(listed?.deletion_started_at, at);
    await Promise.all([call('delete', '/tenants/halfway'), call('delete', '/tenants/halfway')]);
    expectProblem(await call('delete', '/tenants/halfway'), 404, 'tenant_not_found');
  });
});

/** How many rows a tenant has in each table that knows tenants. */
async function rowsOf(storageDir: string, tenant_id: string): Promise<Map<string, number>> {
  const db = await openDatabase(path.join(storageDir, 'documents.db'));
  const { knex } = db.read;
  const tables = await knex('sqlite_master').where({ type: 'table' }).pluck<string[]>('name');
  const rows = new Map<string, number>();
  for (const table of tables) {
    const columns = await knex.raw<{ name: string }[]>(`PRAGMA table_info(${table})`);
    if (!columns.some(({ name }) => name === 'tenant_id')) continue;
    rows.set(table, (await knex(table).where({ tenant_id })).length);
  }
  await db.close();
  return rows;
}

async function indexCount(storageDir: string): Promise<number> {
  const db = await openDatabase(path.join(storageDir, 'documents.db'));
  const tables = await db.read.knex('sqlite_master').where({ type: 'table' }).pluck<string[]>('name');
  await db.close();
  return tables.filter((name) => /^search_entries_\d+$/.test(name)).length;
}
