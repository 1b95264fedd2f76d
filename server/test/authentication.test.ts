/** Keys: who is let in, and as whom. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { expectProblem } from './problem.js';

describe('a server that asks for keys', () => {
  let server: KeyedServer;
  let key = '';
  before(async () => {
    server = await startKeyedServer();
    key = await server.addKey('default');
  });
  after(() => server.close());

  it('answers 401 and says how to authenticate where there is no key', async () => {
    const answer = await request(server.url).get('/documents');
    expectProblem(answer, 401, 'unauthenticated');
    assert.equal(answer.headers['www-authenticate'], 'Bearer realm="document-sync"');
  });

  it('takes a key in either header', async () => {
    for (const headers of [withKey(key), { 'X-API-Key': key }, { authorization: `bearer  ${key}` }]) {
      const answer = await request(server.url).get('/documents').set(headers);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    }
  });

  it('tells everyone whether it works, and what it offers', async () => {
    for (const place of ['/health', '/openapi.yaml']) {
      assert.equal((await request(server.url).get(place)).status, 200);
    }
  });

  it('refuses what is no key, another secret, another id, and ids in another case', async () => {
    const [prefix = '', id = '', secret = ''] = key.split(/_(.*?)_/);
    const wrong = [
      '',
      'x',
      `${prefix}_${id}_`,
      `${prefix}_${id}_${'A'.repeat(43)}`,
      `${prefix}_${'0'.repeat(16)}_${secret}`,
    ];
    for (const text of [...wrong, `${prefix}_${id.toUpperCase()}_${secret}`, key.toUpperCase(), `${key} ${key}`]) {
      const answer = await request(server.url)
        .get('/documents')
        .set({ Authorization: `Bearer ${text}` });
      expectProblem(answer, 401, 'unauthenticated');
      assert.match(String(answer.headers['www-authenticate']), /error="invalid_token"/);
    }
    const basic = await request(server.url).get('/documents').auth('user', key);
    expectProblem(basic, 401, 'unauthenticated');
  });

  it('refuses a request with two keys', async () => {
    const answer = await request(server.url)
      .get('/documents')
      .set({ ...withKey(key), 'X-API-Key': key });
    expectProblem(answer, 400, 'malformed_request');
  });

  it('names the scope that a key lacks', async () => {
    const reader = await server.addKey('default', { scopes: ['documents:read'] });
    const answer = await request(server.url).delete('/documents/doc_000000000000').set(withKey(reader));
    expectProblem(answer, 403, 'insufficient_scope');
    assert.deepEqual((answer.body as { required_scopes: string[] }).required_scopes, ['documents:delete']);
    assert.match(String(answer.headers['www-authenticate']), /error="insufficient_scope", scope="documents:delete"/);
  });
});
