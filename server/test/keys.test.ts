/** Keys over HTTP: made, listed, revoked and rotated; and that nobody gets further by way of a key. */
import assert from 'node:assert/strict';
import request from 'supertest';
import type { ApiKey, NewApiKey } from '../src/kernel/contract.js';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { eventually } from './eventually.js';
import { expectProblem } from './problem.js';

describe('keys', () => {
  let server: KeyedServer;
  let now: Date;
  let key = '';

  before(async () => {
    now = new Date('2026-11-23T10:00:00.000Z');
    server = await startKeyedServer({ clock: { now: () => now } });
    await server.addTenant('acme');
    await server.addTenant('other');
    key = await server.addKey('acme', { name: 'ops' });
  });
  after(() => server.close());

  const call = (method: 'get' | 'post' | 'delete', path: string, by = key) =>
    request(server.url)[method](path).set(withKey(by));
  const make = (body: object, by = key) => call('post', '/api-keys', by).send(body);
  async function made(body: object, by = key): Promise<NewApiKey> {
    const answer = await make(body, by);
    assert.equal(answer.status, 201, answer.text);
    return answer.body as NewApiKey;
  }
  const listed = async (by = key): Promise<ApiKey[]> =>
    (await call('get', '/api-keys?limit=1000', by)).body as ApiKey[];
  const seconds = (count: number): void => void (now = new Date(now.getTime() + count * 1000));

  it('are made with what they were given, and work', async () => {
    const ci = await made({
      name: 'ci',
      scopes: ['documents:read'],
      limits: { tags: ['build'] },
      expires_at: '2026-12-24',
    });
    const { key: secret, key_id, created_by, ...rest } = ci;
    assert.match(secret, new RegExp(`^dsk_${key_id}_[A-Za-z0-9_-]{43}$`));
    assert.match(created_by, /^key_[0-9a-f]{16}$/);
    assert.deepEqual(rest, {
      name: 'ci',
      scopes: ['documents:read'],
      limits: { tags: ['build'] },
      created_at: now.toISOString(),
      expires_at: '2026-12-24T00:00:00.000Z',
    });
    assert.equal((await call('get', '/documents', secret)).status, 200);
    expectProblem(await call('get', '/api-keys', secret), 403, 'insufficient_scope');
  });

  it('are listed newest first, page after page, without secrets, and only those of the tenant', async () => {
    const others = await server.addKey('other', { name: 'theirs' });
    for (const name of ['one', 'two', 'three']) {
      seconds(1);
      await made({ name, scopes: ['documents:read'] });
    }
    const all = await listed();
    assert.deepEqual(
      all.slice(0, 3).map(({ name }) => name),
      ['three', 'two', 'one'],
    );
    assert.ok(all.every((each) => !('key' in each) && !/hash/.test(JSON.stringify(each))));
    assert.ok(all.every(({ name }) => name !== 'theirs'));
    assert.deepEqual(
      (await listed(others)).map(({ name }) => name),
      ['theirs'],
    );
    const paged: ApiKey[] = [];
    for (let path: string | undefined = '/api-keys?limit=2'; path !== undefined;) {
      const page = await call('get', path);
      paged.push(...(page.body as ApiKey[]));
      path = /<(.*?)>/.exec(String(page.headers['link'] ?? ''))?.[1];
    }
    assert.deepEqual(paged, all);
    expectProblem(await call('get', '/api-keys?cursor=WyJ4Il0'), 400, 'validation_failed');
  });

  it('are refused from the moment they are revoked; revoking can be repeated', async () => {
    const { key: secret, key_id } = await made({ name: 'gone', scopes: ['documents:read'] });
    assert.equal((await call('get', '/documents', secret)).status, 200);
    const revoked = (await call('delete', `/api-keys/${key_id}`).expect(200)).body as ApiKey;
    assert.equal(revoked.revoked_at, now.toISOString());
    expectProblem(await call('get', '/documents', secret), 401, 'unauthenticated');
    seconds(10);
    assert.deepEqual((await call('delete', `/api-keys/${key_id}`).expect(200)).body, revoked);
    assert.deepEqual(
      (await listed()).find((each) => each.key_id === key_id),
      revoked,
    );
    expectProblem(await call('post', `/api-keys/${key_id}/rotation`).send({}), 404, 'api_key_not_found');
  });

  it('expire', async () => {
    const expires_at = new Date(now.getTime() + 60_000).toISOString();
    const { key: secret, key_id } = await made({ name: 'short', scopes: ['documents:read'], expires_at });
    seconds(59);
    assert.equal((await call('get', '/documents', secret)).status, 200);
    seconds(1);
    expectProblem(await call('get', '/documents', secret), 401, 'unauthenticated');
    expectProblem(await call('post', `/api-keys/${key_id}/rotation`).send({}), 404, 'api_key_not_found');
    const past = await make({ name: 'past', scopes: ['documents:read'], expires_at });
    expectProblem(past, 400, 'validation_failed');
    const never = await make({ name: 'never', scopes: ['documents:read'], expires_at: '2026-02-31' });
    expectProblem(never, 400, 'validation_failed');
  });

  it('change their secret, and the old one is valid until the overlap ends', async () => {
    const first = await made({ name: 'rotated', scopes: ['documents:read'] });
    const place = `/api-keys/${first.key_id}/rotation`;
    const second = (await call('post', place).send({ overlap_seconds: 60 }).expect(200)).body as NewApiKey;
    assert.equal(second.key_id, first.key_id);
    assert.notEqual(second.key, first.key);
    assert.equal(second.previous_secret_until, new Date(now.getTime() + 60_000).toISOString());
    for (const each of [first, second]) assert.equal((await call('get', '/documents', each.key)).status, 200);
    seconds(60);
    expectProblem(await call('get', '/documents', first.key), 401, 'unauthenticated');
    const third = (await call('post', place).send({ overlap_seconds: 0 }).expect(200)).body as NewApiKey;
    assert.equal(third.previous_secret_until, undefined);
    expectProblem(await call('get', '/documents', second.key), 401, 'unauthenticated');
    assert.equal((await call('get', '/documents', third.key)).status, 200);
    const fourth = (await call('post', place).send({}).expect(200)).body as NewApiKey;
    assert.equal(fourth.previous_secret_until, new Date(now.getTime() + 86_400_000).toISOString());
    await call('delete', `/api-keys/${first.key_id}`).expect(200);
    for (const each of [third, fourth])
      expectProblem(await call('get', '/documents', each.key), 401, 'unauthenticated');
  });

  it('tell when they were used last', async () => {
    const { key: secret, key_id } = await made({ name: 'used', scopes: ['documents:read'] });
    const used = async () => (await listed()).find((each) => each.key_id === key_id)?.last_used_at;
    assert.equal(await used(), undefined);
    await call('get', '/documents', secret).expect(200);
    const first = now.toISOString();
    await eventually(async () => {
      assert.equal(await used(), first);
    });
    seconds(61);
    await call('get', '/documents', secret).expect(200);
    await eventually(async () => {
      assert.equal(await used(), now.toISOString());
    });
  });

  it('of another tenant are not found', async () => {
    const others = await server.addKey('other');
    const { key_id } = await made({ name: 'ours', scopes: ['documents:read'] });
    expectProblem(await call('delete', `/api-keys/${key_id}`, others), 404, 'api_key_not_found');
    expectProblem(await call('post', `/api-keys/${key_id}/rotation`, others).send({}), 404, 'api_key_not_found');
    expectProblem(await call('delete', '/api-keys/0000000000000000', others), 404, 'api_key_not_found');
    expectProblem(await call('delete', `/api-keys/${key_id.toUpperCase()}0`), 400, 'validation_failed');
  });

  describe('hand out no more than they are', () => {
    const managing = ['keys:manage', 'documents:read'] as const;

    it('no scope that they lack', async () => {
      const small = await made({ name: 'small', scopes: managing });
      const answer = await make({ name: 'x', scopes: ['documents:read', 'documents:write'] }, small.key);
      expectProblem(answer, 403, 'forbidden');
      assert.match((answer.body as { detail: string }).detail, /lacks documents:write/);
      await made({ name: 'x', scopes: ['documents:read'] }, small.key);
    });

    it('nothing beyond their limits', async () => {
      const limits = { tags: ['a', 'b'] };
      const limited = await made({ name: 'limited', scopes: managing, limits });
      const scopes = ['documents:read'];
      for (const body of [{}, { limits: { tags: ['a', 'c'] } }, { limits: { tags: ['c'] } }]) {
        expectProblem(await make({ name: 'x', scopes, ...body }, limited.key), 403, 'forbidden');
      }
      const inner = await made({ name: 'inner', scopes, limits: { tags: ['b'] } }, limited.key);
      assert.deepEqual(
        (await listed(limited.key)).map(({ name }) => name).sort(),
        ['inner', 'limited'],
        'what other keys are limited to is not told',
      );
      await call('delete', `/api-keys/${inner.key_id}`, limited.key).expect(200);
    });

    it('for no longer than they last', async () => {
      const expires_at = new Date(now.getTime() + 60_000).toISOString();
      const short = await made({ name: 'short', scopes: managing, expires_at });
      const scopes = ['documents:read'];
      const later = new Date(now.getTime() + 61_000).toISOString();
      for (const body of [{}, { expires_at: later }]) {
        expectProblem(await make({ name: 'x', scopes, ...body }, short.key), 403, 'forbidden');
      }
      await made({ name: 'x', scopes, expires_at }, short.key);
      // Nor by the secret of a key that lasts longer.
      const lasting = await made({ name: 'lasting', scopes });
      expectProblem(await call('post', `/api-keys/${lasting.key_id}/rotation`, short.key).send({}), 403, 'forbidden');
      await call('post', `/api-keys/${short.key_id}/rotation`, short.key).send({}).expect(200);
      await call('delete', `/api-keys/${lasting.key_id}`, short.key).expect(200);
    });

    it('not by taking over a key that may do more', async () => {
      const small = await made({ name: 'small', scopes: managing });
      const large = await made({ name: 'large', scopes: [...managing, 'documents:write'] });
      const limited = await made({ name: 'limited', scopes: managing, limits: { tags: ['a'] } });
      const expires_at = new Date(now.getTime() + 60_000).toISOString();
      const short = await made({ name: 'short', scopes: managing, expires_at });
      expectProblem(await call('post', `/api-keys/${small.key_id}/rotation`, short.key).send({}), 403, 'forbidden');
      await call('post', `/api-keys/${short.key_id}/rotation`, short.key).send({}).expect(200);
      const place = `/api-keys/${large.key_id}`;
      expectProblem(await call('post', `${place}/rotation`, small.key).send({}), 403, 'forbidden');
      expectProblem(await call('delete', place, small.key), 403, 'forbidden');
      for (const path of [place, `/api-keys/${small.key_id}`]) {
        expectProblem(await call('post', `${path}/rotation`, limited.key).send({}), 404, 'api_key_not_found');
        expectProblem(await call('delete', path, limited.key), 404, 'api_key_not_found');
      }
      assert.equal((await call('get', '/documents', large.key)).status, 200);
      await call('post', `/api-keys/${small.key_id}/rotation`, small.key).send({}).expect(200);
    });

    it('and tenants:manage only in the tenant of the operator', async () => {
      expectProblem(await make({ name: 'x', scopes: ['tenants:manage'] }), 403, 'forbidden');
      await assert.rejects(server.addKey('acme', { scopes: ['tenants:manage'] }), /operator's tenant/);
      const operator = await server.addKey('default', { scopes: ['tenants:manage', 'keys:manage'] });
      await made({ name: 'second', scopes: ['tenants:manage'] }, operator);
    });
  });

  it('are not limited to a collection that is not there', async () => {
    const limits = { collections: ['col_000000000000'] };
    expectProblem(await make({ name: 'x', scopes: ['documents:read'], limits }), 400, 'validation_failed');
    expectProblem(await make({ name: 'x', scopes: ['documents:read'], limits: {} }), 400, 'validation_failed');
    await made({ name: 'what collections grant it, and nothing else', scopes: [] });
    await assert.rejects(server.addKey('nowhere'), /no tenant/);
  });
});
