/** Limits of how often somebody may ask: what is told, what is refused, and who is counted. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import request, { type Response } from 'supertest';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { expectProblem } from './problem.js';
import { ServerProcess } from './server-process.js';
import { startServer } from './test-server.js';

/** What the two headers of an answer say. */
function readHeaders({ headers }: { headers: Response['headers'] }) {
  const policy = /^"([\w-]+)";q=(\d+);w=(\d+)$/.exec(headers['ratelimit-policy'] ?? '');
  const limit = /^"([\w-]+)";r=(\d+);t=(\d+)$/.exec(headers['ratelimit'] ?? '');
  assert.ok(policy && limit, JSON.stringify(headers));
  assert.equal(policy[1], limit[1]);
  return { name: policy[1], perMinute: Number(policy[2]), window: Number(policy[3]), left: Number(limit[2]) };
}

describe('a server with rate limits', () => {
  let server: KeyedServer;
  let key = '';
  const start = async (config: Parameters<typeof startKeyedServer>[0]): Promise<void> => {
    server = await startKeyedServer(config);
    key = await server.addKey('default');
  };
  const get = (place: string, withThis = key) => request(server.url).get(place).set(withKey(withThis));
  afterEach(() => server.close());

  it('tells of the limit of its class in every answer, refusals included', async () => {
    await start({ config: { rateRead: 600, rateWrite: 300, rateSearch: 60 } });
    const reader = await server.addKey('default', { scopes: ['documents:read'] });
    const cases: [answer: Response, status: number, name: string, perMinute: number][] = [
      [await get('/documents'), 200, 'read', 600],
      [await request(server.url).head('/documents').set(withKey(key)), 200, 'read', 600],
      [await get('/documents/doc_000000000000'), 404, 'read', 600],
      [await get('/documents?limit=x'), 400, 'read', 600],
      [await get('/search?q=word'), 200, 'search', 60],
      [await request(server.url).delete('/documents/doc_000000000000').set(withKey(key)), 404, 'write', 300],
      [await request(server.url).delete('/documents/doc_000000000000').set(withKey(reader)), 403, 'write', 300],
      [await request(server.url).get('/documents'), 401, 'read', 600],
      [await request(server.url).get('/health'), 200, 'read', 600],
    ];
    for (const [answer, status, name, perMinute] of cases) {
      assert.equal(answer.status, status);
      const told = readHeaders(answer);
      assert.deepEqual(
        { name: told.name, perMinute: told.perMinute, window: told.window },
        { name, perMinute, window: 60 },
      );
      assert.ok(told.left > 0 && told.left < perMinute);
    }
  });

  it('refuses what is over it, says for how long, and keeps its word', async () => {
    await start({ config: { rateRead: 60 } });
    let answer = await get('/documents');
    for (let count = 1; answer.status === 200; count += 1) {
      assert.ok(count < 60);
      answer = await get('/documents');
    }
    const problem = expectProblem(answer, 429, 'rate_limited');
    assert.match(problem.detail, /More than 60 requests of the class read in 60 s/);
    assert.equal(readHeaders(answer).left, 0);
    const seconds = Number(answer.headers['retry-after']);
    assert.ok(seconds >= 1 && seconds <= 2, String(seconds));
    // Others are not touched by it: another class, another key, whoever has none.
    assert.equal((await get('/search?q=word')).status, 200);
    assert.equal((await get('/documents', await server.addKey('default'))).status, 200);
    assert.equal((await request(server.url).get('/health')).status, 200);
    await sleep(seconds * 1000);
    assert.equal((await get('/documents')).status, 200);
  });

  it('reads nothing of the body of what it refuses', async () => {
    await start({ config: { rateWrite: 2 } });
    const push = () =>
      request(server.url).post('/documents').set(withKey(key)).attach('file', Buffer.from('content'), 'a.txt');
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await push()).status);
    assert.deepEqual(statuses, [201, 201, 429, 429]);
    assert.equal((await server.storedBlobs()).length, 1);
  });

  it('counts whoever has no key by address, and believes X-Forwarded-For only from proxies that it was told of', async () => {
    await start({ config: { rateRead: 4 } });
    const from = (address: string) => request(server.url).get('/health').set('X-Forwarded-For', address);
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await from(`192.0.2.${count}`)).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    await server.close();

    await start({ config: { rateRead: 4, trustProxy: 1 } });
    // What the client itself writes stands before what the proxy adds.
    for (let count = 0; count < 5; count += 1) {
      assert.equal((await from(`198.51.100.7, 192.0.2.${count}`)).status, 200);
    }
    for (const [address, status] of [
      ['192.0.2.9', 200],
      ['192.0.2.9', 200],
      ['192.0.2.9', 200],
      ['198.51.100.7, 192.0.2.9', 429],
      ['::ffff:192.0.2.9', 429],
    ] as const) {
      assert.equal((await from(address)).status, status, address);
    }
    // A whole IPv6 network is one client.
    const network: number[] = [];
    for (let count = 0; count < 4; count += 1) network.push((await from(`2001:db8::${count}:1`)).status);
    assert.deepEqual(network, [200, 200, 200, 429]);
  });
});

describe('a server without keys', () => {
  it('has no limits and tells of none', async () => {
    const server = await startServer();
    const answer = await request(server.url).get('/documents').expect(200);
    assert.equal(answer.headers['ratelimit'], undefined);
    await server.close();
  });

  it('has those that it is given', async () => {
    const server = await startServer({ config: { rateSearch: 60 } });
    assert.equal(readHeaders(await request(server.url).get('/search?q=word').expect(200)).name, 'search');
    await server.close();
  });
});

describe('the log', () => {
  it('has the address of who calls, as trusted proxies tell it', async () => {
    const logged = async (environment: Record<string, string>): Promise<unknown> => {
      const server = await ServerProcess.start({ environment });
      await request(server.url).get('/health').set('X-Forwarded-For', '192.0.2.9').expect(200);
      server.signal('SIGTERM');
      await server.exited;
      await server.dispose();
      return server.log.find(({ url }) => url === '/health')?.['client'];
    };
    assert.equal(await logged({}), '127.0.0.1');
    assert.equal(await logged({ DOCUMENT_TRUST_PROXY: 'loopback' }), '192.0.2.9');
    assert.equal(await logged({ DOCUMENT_TRUST_PROXY: '192.0.2.1' }), '127.0.0.1');
  });
});

describe('servers on one folder', () => {
  it('count together', async () => {
    const environment = { DOCUMENT_RATE_READ: '60', DOCUMENT_LOG_LEVEL: 'silent' };
    const one = await ServerProcess.start({ environment });
    try {
      const other = await ServerProcess.start({ environment, storageDir: one.storageDir });
      try {
        const began = Date.now();
        let passed = 0;
        for (let count = 0; count < 40; count += 1) {
          for (const { url } of [one, other]) {
            const answer = await fetch(`${url}/documents`);
            await answer.text();
            if (answer.ok) passed += 1;
          }
        }
        const flowed = Math.ceil((Date.now() - began) / 2000) + 1;
        assert.ok(passed >= 30 && passed <= 30 + flowed, `${passed} of 30 and ${flowed}`);
      } finally {
        await other.dispose();
      }
    } finally {
      await one.dispose();
    }
  });
});
