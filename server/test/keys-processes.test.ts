/** Keys and tenants over several processes on one folder: what one has done holds for all, at once and after a kill. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import type { NewApiKey } from '../src/kernel/contract.js';
import { openAdministration, type Administration } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { ALL_SCOPES } from '../src/kernel/rights.js';
import { withKey } from './access-client.js';
import { ServerProcess } from './server-process.js';

describe('two servers on one folder', function () {
  this.timeout(60_000);
  const environment = { DOCUMENT_SERVER_AUTH: 'keys' };
  let one: ServerProcess;
  let other: ServerProcess;
  let administration: Administration;
  let operator = '';

  before(async () => {
    one = await ServerProcess.start({ environment });
    other = await ServerProcess.start({ environment, storageDir: one.storageDir });
    administration = await openAdministration(readConfig({ DOCUMENT_STORAGE_DIR: one.storageDir }));
    operator = (await administration.keys.create('default', { name: 'all', scopes: ALL_SCOPES }, 'operator')).key;
  });
  after(async () => {
    await administration.close();
    await other.dispose();
    await one.dispose();
  });

  it('know a key at once, refuse it at once when it is revoked, and agree on its secrets', async () => {
    const status = async (server: ServerProcess, key: string) =>
      (await request(server.url).get('/documents').set(withKey(key))).status;
    for (const [asked, answering] of [
      [one, other],
      [other, one],
    ] as const) {
      const description = { name: 'x', scopes: ['documents:read'] };
      const made = await request(asked.url).post('/api-keys').set(withKey(operator)).send(description).expect(201);
      const { key, key_id } = made.body as NewApiKey;
      assert.equal(await status(answering, key), 200);
      const place = `/api-keys/${key_id}`;
      const rotating = request(asked.url).post(`${place}/rotation`).set(withKey(operator));
      const rotated = ((await rotating.send({ overlap_seconds: 0 }).expect(200)).body as NewApiKey).key;
      assert.deepEqual([await status(answering, key), await status(answering, rotated)], [401, 200]);
      await request(asked.url).delete(place).set(withKey(operator)).expect(200);
      assert.deepEqual([await status(answering, rotated), await status(asked, rotated)], [401, 401]);
    }
  });

  it('refuse the keys of a tenant that is suspended on one of them', async () => {
    await administration.tenants.create({ tenant_id: 'acme', name: 'Acme' });
    const { key } = await administration.keys.create('acme', { name: 'x', scopes: ['documents:read'] }, 'operator');
    await request(other.url).get('/documents').set(withKey(key)).expect(200);
    const place = '/tenants/acme';
    await request(one.url).patch(place).set(withKey(operator)).send({ suspended: true }).expect(200);
    await request(other.url).get('/documents').set(withKey(key)).expect(403);
  });

  it('keep the quota together: pushes to both at once never exceed it', async () => {
    await administration.tenants.create({ tenant_id: 'brink', name: 'Brink', allowed_bytes: 10_500 });
    const scopes = ['documents:read', 'documents:write'] as const;
    const { key } = await administration.keys.create('brink', { name: 'x', scopes }, 'operator');
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        request([one, other][index % 2]?.url ?? '')
          .post('/documents')
          .set(withKey(key))
          .attach('file', Buffer.alloc(1000, index), `${index}.bin`),
      ),
    );
    const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
    assert.deepEqual([count(201), count(507)], [10, 54]);
    const { body } = await request(one.url).get('/usage').set(withKey(key)).expect(200);
    assert.deepEqual(body, { used_bytes: 10_000, used_documents: 10, allowed_bytes: 10_500 });
  });

  it('go on with the deletion of a tenant, wherever the one before was killed', async () => {
    await administration.tenants.create({ tenant_id: 'large', name: 'Large' });
    const scopes = ['documents:read', 'documents:write'] as const;
    const { key } = await administration.keys.create('large', { name: 'x', scopes }, 'operator');
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          request(one.url)
            .post('/documents')
            .set(withKey(key))
            .field('tags', `tag ${index}`)
            .attach('file', Buffer.from(`${round} ${index}`), 'a.md'),
        ),
      );
    }
    const about = { arguments: ['tenants', 'delete', 'large', '--yes'], storageDir: one.storageDir };
    // From before it has begun to after it is done.
    for (let delay_ms = 250; ; delay_ms += 20) {
      const deletion = await ServerProcess.spawn(about);
      await Promise.race([deletion.exited, sleep(delay_ms)]);
      deletion.signal('SIGKILL');
      const { code } = await deletion.exited;
      const there = (await administration.tenants.list(10)).tenants.find(({ tenant_id }) => tenant_id === 'large');
      if (code === 0 || there === undefined) break;
      const { status } = await request(other.url).get('/documents').set(withKey(key));
      // A key is gone when its row is; before that, its tenant is suspended from the first step on.
      assert.ok(
        there.deletion_started_at === undefined ? status === 200 : status === 403 || status === 401,
        `${status}`,
      );
    }
    await administration.tenants.delete('large').catch((error: unknown) => {
      assert.match(String(error), /no tenant large/);
    });
    assert.ok(!existsSync(path.join(one.storageDir, 'large')));
    await administration.tenants.create({ tenant_id: 'large', name: 'Large' });
    assert.deepEqual((await administration.tenants.find('large')).usage, { used_bytes: 0, used_documents: 0 });
  });
});
