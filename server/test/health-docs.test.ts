/** What the server tells about itself: health, the contract, and the page that shows it. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { contractText } from './contract-document.js';
import { expectProblem } from './problem.js';
import { rawExchange, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

describe('getHealth', () => {
  let server: TestServer;
  const clock = { time: Date.parse('2026-11-23T10:00:00Z'), now: () => new Date(clock.time) };
  before(async () => {
    server = await startServer({ clock });
  });
  after(() => server.close());

  it('answers with the version and the whole seconds since the start', async () => {
    clock.time += 41_999;
    const response = await request(server.url).get('/health').expect(200);
    const version = /^ {2}version: (.+)$/m.exec(contractText)?.[1];
    assert.deepEqual(response.body, { status: 'ok', version, uptime_seconds: 41, index_queue: { pending: 0 } });
  });

  it('does not count backwards when the clock is set back', async () => {
    clock.time -= 3_600_000;
    const response = await request(server.url).get('/health').expect(200);
    assert.equal((response.body as { uptime_seconds: number }).uptime_seconds, 0);
  });
});

describe('getOpenApi', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('answers with the contract, byte for byte', async () => {
    const response = await request(server.url).get('/openapi.yaml').buffer(true).expect(200);
    assert.match(response.headers['content-type'] ?? '', /^application\/yaml\b/);
    assert.equal(response.text, contractText);
  });

  it('answers HEAD like GET, without a body', async () => {
    for (const address of [
      '/openapi.yaml',
      '/health',
      '/documents',
      '/docs',
      '/docs/start.js',
      '/nothing',
      '/documents?limit=0',
    ]) {
      const got = await rawExchange(server.port, requestHead(`GET ${address}`, 'Connection: close'));
      const head = await rawExchange(server.port, requestHead(`HEAD ${address}`, 'Connection: close'), {
        bodiless: true,
      });
      const changing = { date: '', 'x-request-id': '' };
      assert.equal(head.status, got.status, address);
      assert.deepEqual({ ...head.headers, ...changing }, { ...got.headers, ...changing }, address);
    }
  });
});

describe('the page at /docs', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('and everything it loads comes from this server, and from nowhere else', async () => {
    const page = await request(server.url).get('/docs').expect(200);
    assert.match(page.headers['content-type'] ?? '', /^text\/html; charset=utf-8/);
    const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    assert.ok(addresses.length >= 3);
    const types: Record<string, RegExp> = { js: /javascript/, css: /text\/css/, png: /image\/png/ };
    for (const address of addresses) {
      assert.match(address, /^\/docs\//, 'the page loads something from elsewhere');
      const asset = await request(server.url).get(address).expect(200);
      assert.match(asset.headers['content-type'] ?? '', types[address.split('.').at(-1) ?? ''] ?? /nothing/);
      assert.equal(asset.headers['x-content-type-options'], 'nosniff');
    }
    const start = await request(server.url).get('/docs/start.js').expect(200);
    assert.match(start.text, /\/openapi\.yaml/);
    assert.doesNotMatch(start.text + page.text, /https?:\/\//);
  });

  it('forbids scripts from elsewhere, inline ones, and being framed', async () => {
    const { headers } = await request(server.url).get('/docs').expect(200);
    const policy = headers['content-security-policy'] ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
  });

  it('is found with and without a slash at its end, whatever the query', async () => {
    for (const address of ['/docs', '/docs/', '/docs?x=1', '/docs/#/documents']) {
      const response = await fetch(server.url + address);
      assert.equal(response.status, 200, address);
      await response.text();
    }
  });

  it('answers conditions and ranges on its files with what they are, not with 500', async () => {
    const address = '/docs/assets/swagger-ui.css';
    const { headers } = await request(server.url).get(address).expect(200);
    const etag = headers['etag'] ?? '';
    const cases: [header: string, value: string, status: number][] = [
      ['If-None-Match', etag, 304],
      ['If-Modified-Since', new Date().toUTCString(), 304],
      ['Range', 'bytes=0-9', 206],
      ['If-Match', '"other"', 412],
      ['If-Unmodified-Since', 'Mon, 01 Jan 1990 00:00:00 GMT', 412],
      ['Range', 'bytes=999999999-', 416],
    ];
    for (const [header, value, status] of cases) {
      const response = await request(server.url).get(address).set(header, value);
      // A server may do without conditions on its own files; it may not fail over them.
      assert.ok([200, 400, status].includes(response.status), `${header}: ${value} -> ${response.status}`);
    }
  });

  it('takes no other method', async () => {
    for (const address of ['/docs', '/docs/assets/swagger-ui.css']) {
      const response = await request(server.url).post(address).send('x');
      assert.ok([404, 405].includes(response.status), String(response.status));
      expectProblem(response, response.status, (response.body as { code: string }).code);
    }
  });

  it('lists no folder', async () => {
    for (const address of ['/docs/assets', '/docs/assets/', '/docs/assets/..', '/docs/assets/es-bundle']) {
      const response = await rawExchange(server.port, requestHead(`GET ${address}`, 'Connection: close'));
      assert.ok([301, 404].includes(response.status), `${address} -> ${response.status}`);
      assert.doesNotMatch(response.bytes.toString(), /swagger-ui-bundle/);
    }
  });
});
