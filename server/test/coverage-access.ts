import request from 'supertest';
import type { TestServer } from './test-server.js';

/** Meets every answer of the operations on keys and tenants. */
export async function meetAccessAnswers(server: TestServer): Promise<void> {
  const call = (method: 'get' | 'post' | 'patch' | 'delete', path: string) => request(server.url)[method](path);
  const large = 'x'.repeat(300_000);
  const description = { name: 'ci', scopes: ['documents:read'] };

  const made = await call('post', '/api-keys').send(description);
  const { key_id } = made.body as { key_id: string };
  const place = `/api-keys/${key_id}`;
  await call('get', '/api-keys');
  await call('get', '/api-keys?limit=0');
  await call('post', `${place}/rotation`).send({});
  await call('post', `${place}/rotation`).send({ overlap_seconds: -1 });
  await call('delete', place);
  await call('delete', '/api-keys/x');
  await call('delete', '/api-keys/0000000000000000');
  await call('post', `${place}/rotation`).send({});

  const tenant = { tenant_id: 'covered' };
  await call('post', '/tenants').send(tenant);
  await call('post', '/tenants').send(tenant);
  await call('get', '/tenants');
  await call('get', '/tenants?limit=0');
  await call('patch', '/tenants/covered').send({ name: 'Covered' });
  await call('patch', '/tenants/covered').send({});
  await call('patch', '/tenants/missing').send({ name: 'x' });
  await call('delete', '/tenants/covered');
  await call('delete', '/tenants/X');
  await call('delete', '/tenants/missing');
  await call('get', '/usage');
  await call('get', '/usage?unknown=1');

  for (const [method, path] of [
    ['post', '/api-keys'],
    ['post', `${place}/rotation`],
    ['post', '/tenants'],
    ['patch', '/tenants/covered'],
  ] as const) {
    await call(method, path).send({});
    await call(method, path).send({ name: large });
    await call(method, path).type('text/plain').send('x');
  }
}
