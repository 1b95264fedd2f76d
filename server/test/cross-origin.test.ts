/** Web pages of other sites: those that are listed may call, and no others. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';

const LISTED = 'https://docs.example';
const FOREIGN = 'https://evil.example';

/** The headers that give a page leave. */
function leave(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));
}

describe('a server with keys that lists origins', () => {
  let server: KeyedServer;
  let key = '';
  before(async () => {
    server = await startKeyedServer({ config: { corsOrigins: [LISTED, 'http://localhost:3000'] } });
    key = await server.addKey('default');
  });
  after(() => server.close());

  const preflight = (origin: string, place = '/documents/doc_000000000000', method = 'DELETE') =>
    request(server.url)
      .options(place)
      .set({ Origin: origin, 'Access-Control-Request-Method': method })
      .set('Access-Control-Request-Headers', 'authorization,if-match,x-api-key');

  it('answers what a browser asks first, without a key', async () => {
    for (const place of ['/documents', '/documents/doc_000000000000', '/uploads', '/search']) {
      const answer = await preflight(LISTED, place);
      assert.equal(answer.status, 204, place);
      assert.equal(answer.headers['access-control-allow-origin'], LISTED);
      assert.match(answer.headers['access-control-allow-methods'] ?? '', /\bDELETE\b/);
      assert.equal(answer.headers['access-control-allow-headers'], 'authorization,if-match,x-api-key');
      assert.equal(answer.headers['access-control-allow-credentials'], undefined);
    }
  });

  it('lets a listed page read the answer and its headers', async () => {
    const answer = await request(server.url)
      .get('/documents')
      .set({ ...withKey(key), Origin: LISTED });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['access-control-allow-origin'], LISTED);
    assert.match(answer.headers['vary'] ?? '', /\bOrigin\b/);
    const exposed = (answer.headers['access-control-expose-headers'] ?? '').split(',');
    for (const name of ['ETag', 'Link', 'Location', 'RateLimit', 'Retry-After', 'X-Document-ID', 'X-Request-ID']) {
      assert.ok(exposed.includes(name), name);
    }
  });

  it('lets it read problems, too', async () => {
    const answer = await request(server.url).get('/documents').set('Origin', LISTED);
    expectProblem(answer, 401, 'unauthenticated');
    assert.equal(answer.headers['access-control-allow-origin'], LISTED);
  });

  it('gives others no leave, however alike', async () => {
    for (const origin of [
      FOREIGN,
      'null',
      'https://docs.example.evil.example',
      'http://docs.example',
      `${LISTED}:444`,
    ]) {
      const asked = await preflight(origin);
      assert.notEqual(asked.status, 204, origin);
      assert.deepEqual(leave(asked.headers), {}, origin);
      const answer = await request(server.url)
        .get('/documents')
        .set({ ...withKey(key), Origin: origin });
      assert.deepEqual(leave(answer.headers), {}, origin);
      assert.match(answer.headers['vary'] ?? '', /\bOrigin\b/);
    }
  });

  it('keeps what else an answer varies with', async () => {
    const answer = await request(server.url)
      .get('/context?q=word')
      .set({ ...withKey(key), Origin: LISTED });
    assert.equal(answer.status, 200);
    assert.deepEqual((answer.headers['vary'] ?? '').split(', ').sort(), ['Accept', 'Origin']);
  });
});

describe('a server without keys', () => {
  const servers: TestServer[] = [];
  const start = async (corsOrigins: readonly string[]): Promise<TestServer> => {
    const server = await startServer({ config: { corsOrigins } });
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  it('takes requests from listed pages, and still none from others', async () => {
    const { url } = await start([LISTED]);
    const answer = await request(url).get('/documents').set('Origin', LISTED).expect(200);
    assert.equal(answer.headers['access-control-allow-origin'], LISTED);
    await request(url)
      .options('/documents')
      .set({ Origin: LISTED, 'Access-Control-Request-Method': 'POST' })
      .expect(204);
    for (const origin of [FOREIGN, `${LISTED}/`, LISTED.toUpperCase()]) {
      expectProblem(await request(url).get('/documents').set('Origin', origin), 403, 'origin_not_allowed');
    }
    const named = await request(url).get('/documents').set({ Host: 'evil.example', Origin: LISTED });
    expectProblem(named, 403, 'host_not_allowed');
  });

  it('gives no leave to anybody when nothing is listed', async () => {
    const { url } = await start([]);
    const answer = await request(url).get('/documents').expect(200);
    assert.deepEqual(leave(answer.headers), {});
    assert.equal(answer.headers['vary'], undefined);
  });
});
