/** Keys where they should not be: twice, in odd headers, in addresses; and what is echoed and logged of them. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { openAdministration } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { concealSecrets } from '../src/kernel/conceal.js';
import { startKeyedServer, withKey, type KeyedServer } from './access-client.js';
import { callerOf } from './caller.js';
import { expectProblem, type AnyResponse } from './problem.js';
import { rawExchange, requestHead } from './raw-connection.js';
import { ServerProcess } from './server-process.js';

describe('keys that come in odd ways', () => {
  let server: KeyedServer;
  let key = '';
  let other = '';
  let secret = '';
  before(async () => {
    server = await startKeyedServer();
    await server.addTenant('other');
    key = await server.addKey('default');
    other = await server.addKey('other');
    secret = key.slice(-43);
  });
  after(() => server.close());

  const send = (...headers: string[]): Promise<AnyResponse> =>
    rawExchange(server.port, requestHead('GET /documents', ...headers));

  it('are refused when there are two, whichever and in whatever headers', async () => {
    const pairs = [
      [`Authorization: Bearer ${key}`, `Authorization: Bearer ${other}`],
      [`Authorization: Bearer ${other}`, `authorization: Bearer ${key}`],
      [`Authorization: Bearer ${key}`, `Authorization: Bearer ${key}`],
      [`Authorization: Bearer ${key}`, `X-API-Key: ${other}`],
      [`X-Api-Key: ${other}`, `AUTHORIZATION: Bearer ${key}`],
      [`X-API-Key: ${key}`, `x-api-key: ${other}`],
      [`X-API-Key: ${key}`, 'X-API-Key:'],
      [`Authorization: Bearer ${key}`, 'Authorization: Basic dTpw'],
    ];
    for (const headers of pairs) expectProblem(await send(...headers), 400, 'malformed_request');
  });

  it('are refused when anything stands before, behind or in them', async () => {
    const odd = [
      `Bearer ${key}, Bearer ${other}`,
      `Bearer ${key} ${other}`,
      `Bearer ${key},`,
      `Bearer "${key}"`,
      `Bearer\t${key}`,
      `Bearer${key}`,
      `Bearer token=${key}`,
      `BearerX ${key}`,
      `Token ${key}`,
      key,
      'Bearer',
      'Bearer ',
      `Bearer ${key}%00`,
      `Bearer ${key}\u00e9`,
      `Bearer ${key.replace('dsk', 'DSK')}`,
      `Bearer ${'x'.repeat(8000)}`,
      `Bearer ${' '.repeat(8000)}x y`,
      `Bearer dsk_${'0'.repeat(16)}_${'A'.repeat(8000)}`,
      `Bearer ${key.replace(/_(.{16})_/, (_, id: string) => `_${id.toUpperCase()}_`)}x`,
    ];
    for (const value of odd) {
      const answer = await send(`Authorization: ${value}`);
      expectProblem(answer, 401, 'unauthenticated');
      assert.ok(!JSON.stringify(answer.body).includes(secret), value);
    }
    for (const value of ['', `Bearer ${key}`, `${key},${key}`, `${key} `.repeat(2)]) {
      expectProblem(await send(`X-API-Key: ${value}`), 401, 'unauthenticated');
    }
  });

  it('are taken where only the space and the scheme’s case differ', async () => {
    for (const header of [
      `Authorization:   bEARER   ${key}  `,
      `x-API-key:\t${key}\t`,
      `authorization:Bearer ${key}`,
    ]) {
      assert.equal((await send(header)).status, 200, header);
    }
  });

  it('are no HTTP when they hold what no header may', async () => {
    for (const value of [`${key}\0`, `\x01${key}`, `${key}\r X`]) {
      const answer = await send(`Authorization: Bearer ${value}`);
      expectProblem(answer, 400, 'malformed_request');
      assert.ok(!JSON.stringify(answer.body).includes(secret));
    }
    expectProblem(await send(`Authorization: Bearer ${'x'.repeat(20_000)}`), 431, 'headers_too_large');
  });

  it('in addresses, cookies and forms open nothing', async () => {
    for (const name of ['key', 'api_key', 'access_token', 'X-API-Key', 'Authorization']) {
      const answer = await request(server.url).get(`/documents?${name}=${key}`);
      expectProblem(answer, 401, 'unauthenticated');
    }
    const cookie = request(server.url).get('/documents').set('Cookie', `Authorization=Bearer ${key}; X-API-Key=${key}`);
    expectProblem(await cookie, 401, 'unauthenticated');
    const form = request(server.url).post('/documents').attach('file', Buffer.from('x'), 'x');
    expectProblem(await form.field('access_token', key), 401, 'unauthenticated');
    const proxied = { 'Proxy-Authorization': `Bearer ${key}`, 'X-Forwarded-Authorization': `Bearer ${key}` };
    expectProblem(await request(server.url).get('/documents').set(proxied), 401, 'unauthenticated');
  });

  it('do not turn one operation into another', async () => {
    const reader = callerOf(server, await server.addKey('default', { scopes: ['documents:read', 'documents:write'] }));
    const { document_id } = await reader.push('stays');
    const override = { 'X-HTTP-Method-Override': 'DELETE', 'X-HTTP-Method': 'DELETE', 'X-Method-Override': 'DELETE' };
    await reader.get(`/documents/${document_id}`).set(override).expect(200);
    await reader.post('/uploads').set({ ...override, 'Upload-Length': '1', 'Upload-Metadata': 'filename YQ==' });
    await reader.get(`/documents/${document_id}`).expect(200);
    const upper = document_id.toUpperCase().replace('DOC_', 'doc_');
    if (upper !== document_id) expectProblem(await reader.get(`/documents/${upper}`), 400, 'validation_failed');
  });

  it('keep what they are answered from shared caches', async () => {
    for (const headers of [withKey(key), { 'X-API-Key': key }]) {
      for (const place of ['/documents', '/documents/doc_000000000000', '/tags']) {
        const answer = await request(server.url).get(place).set(headers);
        assert.equal(answer.headers['cache-control'], 'private, no-cache', place);
      }
    }
  });

  it('are hidden in every problem, also where they were put by mistake', async () => {
    const caller = callerOf(server, key);
    const answers = [
      await caller.get(`/documents/${key}`),
      await caller.get(`/${key}`),
      await caller.get('/documents', { [key]: 'x' }),
      await caller.get('/documents', { cursor: key, limit: key, mime_type: key }),
      await caller.post('/batch').set('Content-Type', 'application/json').send(`{"${key}": ${key}`),
      await caller.post('/batch').send({ [key]: 1, operations: [{ op: key, document_id: key }] }),
      await caller.post('/documents').field(key, 'x').attach('file', Buffer.from('x'), 'x'),
      await caller.post('/documents').set('Content-Type', key).send('x'),
      await caller.post('/uploads').set({ 'Upload-Length': '1', 'Upload-Metadata': `${key} YQ==` }),
      await caller.get('/documents').set('X-Request-ID', key),
    ];
    for (const answer of answers) {
      const whole = `${answer.text} ${JSON.stringify(answer.headers)}`;
      assert.ok(!whole.includes(secret), whole);
    }
  });
});

describe('the log of a server with keys', () => {
  it('has no secret in it at its finest, whatever was asked', async () => {
    const server = await ServerProcess.start({
      environment: { DOCUMENT_SERVER_AUTH: 'keys', DOCUMENT_LOG_LEVEL: 'trace' },
    });
    try {
      const config = readConfig({ DOCUMENT_STORAGE_DIR: server.storageDir });
      const administration = await openAdministration(config);
      const description = { name: 'ops', scopes: ['documents:read'] } as const;
      const { key } = await administration.keys.create('default', description, 'operator');
      await administration.close();
      const secret = key.slice(-43);
      const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
      for (const one of [key, wrong]) {
        for (const place of [
          '/documents',
          `/documents?api_key=${one}`,
          `/${one}`,
          `/documents/${encodeURIComponent(one)}`,
        ]) {
          await request(server.url).get(place).set(withKey(one)).set('X-Request-ID', one);
        }
        await request(server.url).get(`/shared/${secret}`);
        await request(server.url)
          .get('/documents')
          .set('X-API-Key', one)
          .expect(one === key ? 200 : 401);
        await rawExchange(server.port, `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${one}\0\r\n\r\n`);
      }
      server.signal('SIGTERM');
      await server.exited;
      assert.ok(server.log.length >= 10, server.stderr);
      for (const text of [server.stdout, server.stderr]) assert.ok(!text.includes(secret.slice(0, 20)), text);
      assert.ok(server.stderr.includes(key.slice(0, -43)), 'which key it was is still to be seen');
    } finally {
      await server.dispose();
    }
  });

  it('keeps what is no secret', () => {
    for (const text of ['', 'dsk_', 'disk_0123_abc', '/documents?name=dsk', '/shared/', 'a/shared']) {
      assert.equal(concealSecrets(text), text);
    }
    assert.equal(concealSecrets('?k=dsk%5F0123%5Fabc%2D&x=1'), '?k=dsk%5F0123%5F…&x=1');
    assert.equal(concealSecrets('"/shared/abc.def?x=1"'), '"/shared/…?x=1"');
  });
});
