import assert from 'node:assert/strict';

import { type ApiKey, DocumentClient, type Tenant } from '../src/index.js';
import { refusedAs } from './refusals.js';
import { type ServerProcess, startServer } from './server-process.js';

describe('keys and tenants against the server', () => {
  let server: ServerProcess;
  let client: DocumentClient;

  before(async function () {
    this.timeout(20_000);
    server = await startServer({ DOCUMENT_LOG_LEVEL: 'warn' });
    client = new DocumentClient({ baseUrl: server.url });
  });
  after(() => server.stop());

  async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
    const all: Item[] = [];
    for await (const item of items) all.push(item);
    return all;
  }

  it('makes keys, lists them, changes their secret and revokes them', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const { key, ...made } = await client.createApiKey({
      name: 'ci',
      scopes: ['documents:read'],
      limits: { tags: ['build'] },
      expiresAt,
    });
    assert.match(key, /^dsk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    assert.deepEqual([made.name, made.limits, made.expires_at], ['ci', { tags: ['build'] }, expiresAt.toISOString()]);
    await client.createApiKey({ name: 'other', scopes: ['documents:read', 'documents:write'] });
    const page = await client.listApiKeys({ limit: 1 });
    assert.equal(page.keys[0]?.name, 'other');
    const all: ApiKey[] = await collected(client.listApiKeysAll({ limit: 1 }));
    assert.deepEqual(
      all.map(({ name }) => name),
      ['other', 'ci'],
    );
    assert.deepEqual(all[1], made);
    const rotated = await client.rotateApiKey(made.key_id, { overlapSeconds: 60 });
    assert.notEqual(rotated.key, key);
    assert.match(String(rotated.previous_secret_until), /Z$/);
    const revoked = await client.revokeApiKey(made.key_id);
    assert.match(String(revoked.revoked_at), /Z$/);
    assert.deepEqual(await client.revokeApiKey(made.key_id), revoked);
    await assert.rejects(client.rotateApiKey(made.key_id), refusedAs('api_key_not_found'));
    await assert.rejects(client.revokeApiKey(''), TypeError);
  });

  it('makes tenants, lists, changes and deletes them', async () => {
    const acme = await client.createTenant({ tenant_id: 'acme', name: 'Acme', allowed_bytes: 1000 });
    assert.deepEqual(acme.usage, { used_bytes: 0, used_documents: 0, allowed_bytes: 1000 });
    await assert.rejects(client.createTenant({ tenant_id: 'acme' }), refusedAs('tenant_exists'));
    const all: Tenant[] = await collected(client.listTenantsAll({ limit: 1 }));
    assert.deepEqual(
      all.map(({ tenant_id }) => tenant_id),
      ['acme', 'default'],
    );
    assert.deepEqual((await client.listTenants({ limit: 1 })).tenants, [acme]);
    const changed = await client.updateTenant('acme', { suspended: true, allowed_bytes: null });
    assert.match(String(changed.suspended_at), /Z$/);
    assert.deepEqual(changed.usage, { used_bytes: 0, used_documents: 0 });
    await client.deleteTenant('acme');
    await assert.rejects(client.deleteTenant('acme'), refusedAs('tenant_not_found'));
    await assert.rejects(client.deleteTenant('default'), refusedAs('forbidden'));
    await assert.rejects(client.updateTenant('..', { name: 'x' }), TypeError);
  });

  it('tells what is used', async () => {
    const before = await client.usage();
    await client.upload(new Blob(['0123456789']), { filename: 'digits.txt' });
    const after = await client.usage();
    assert.deepEqual(after, { used_bytes: before.used_bytes + 10, used_documents: before.used_documents + 1 });
  });
});
