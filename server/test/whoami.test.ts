/** Who a key stands for, as it is told itself. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { ALL_SCOPES } from '../src/kernel/rights.js';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { expectProblem } from './problem.js';
import { startServer } from './test-server.js';

describe('GET /whoami', () => {
  let server: KeyedServer;
  before(async () => {
    server = await startKeyedServer();
    await server.addTenant('acme');
  });
  after(() => server.close());

  const whoAmI = async (key: string): Promise<object> => {
    const answer = await request(server.url).get('/whoami').set(withKey(key));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body as object;
  };

  it('tells what a key may do, and never the key', async () => {
    const expires_at = '2099-01-01T00:00:00.000Z';
    const limits = { collections: [], tags: ['design'] };
    const key = await server.addKey('acme', { name: 'ci', scopes: ['documents:read'], limits, expires_at });
    const [, key_id = '', secret = ''] = /^dsk_(.*?)_(.*)$/.exec(key) ?? [];
    const body = await whoAmI(key);
    assert.deepEqual(body, {
      auth: 'keys',
      tenant_id: 'acme',
      principal_id: `key_${key_id}`,
      scopes: ['documents:read'],
      limits: { tags: ['design'] },
      key: { key_id, name: 'ci', expires_at },
    });
    assert.ok(!JSON.stringify(body).includes(secret));
  });

  it('leaves out limits and expiry where there are none, and answers a key without scopes', async () => {
    const key = await server.addKey('acme', { name: 'bare', scopes: [] });
    const key_id = key.split('_')[1];
    assert.deepEqual(await whoAmI(key), {
      auth: 'keys',
      tenant_id: 'acme',
      principal_id: `key_${key_id}`,
      scopes: [],
      key: { key_id, name: 'bare' },
    });
  });

  it('answers nobody', async () => {
    expectProblem(await request(server.url).get('/whoami'), 401, 'unauthenticated');
  });

  it('tells everyone the same where no keys are asked for', async () => {
    const open = await startServer();
    const { status, body } = await request(open.url).get('/whoami');
    await open.close();
    assert.equal(status, 200);
    assert.deepEqual(body, {
      auth: 'none',
      tenant_id: 'default',
      principal_id: 'anonymous',
      scopes: [...ALL_SCOPES],
    });
  });
});
