/** Requests that are HTTP but break the contract: addresses, methods, parameters, media types, JSON bodies. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { push, type Document } from './documents-client.js';
import { FORM_TYPE } from './form-body.js';
import { expectInvalid, expectProblem } from './problem.js';
import { rawExchange, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

describe('a request that breaks the contract', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer();
    document = await push(server, 'content', { name: 'Plan' });
  });
  after(() => server.close());

  describe('by its document id', () => {
    const ids = [
      '1',
      'doc_',
      'doc_0123456789a',
      'doc_0123456789abc',
      'doc_0123456789AB',
      'DOC_0123456789ab',
      'doc_0123456789ag',
      'doc_abc123xyz',
      'null',
      'undefined',
      '*',
      '%20',
      "doc_'%20OR%201=1",
      'doc_0123456789ab%00',
      'doc_0123456789ab%0a',
      '..%2f..%2fetc%2fpasswd',
      '%2e%2e',
      '..%5c..',
      '%252e%252e',
      '😀',
      '%F0%9F%98%80',
      'a'.repeat(3000),
    ];
    for (const id of ids) {
      it(`is refused: ${id.slice(0, 40)}`, async () => {
        for (const [method, place, body] of [
          ['GET', '', ''],
          ['GET', '/metadata', ''],
          ['DELETE', '', ''],
          ['PATCH', '', '{"name":"x"}'],
        ]) {
          const headers = body ? ['Content-Type: application/json', `Content-Length: ${body.length}`] : [];
          const head = requestHead(`${method} /documents/${id}${place}`, ...headers);
          const response = await rawExchange(server.port, Buffer.from(head + body));
          // `%2e%2e` is a step up to some readers of URLs, and then leads to no path at all.
          if (response.status === 404) expectProblem(response, 404, 'route_not_found');
          else if (response.headers['x-request-id'] && !/^[\x21-\x7e]*$/.test(id))
            expectProblem(response, 400, (response.body as { code: string }).code);
          else expectInvalid(response, 'path.document_id');
        }
      });
    }

    it('is refused when it cannot even be decoded', async () => {
      for (const id of ['%zz', '%', '%c3', 'doc_%ff', '%e0%80%af']) {
        const response = await rawExchange(server.port, requestHead(`GET /documents/${id}`));
        assert.equal(response.status, 400, id);
        expectProblem(response, 400, (response.body as { code: string }).code);
      }
    });

    it('is served when it is only written in another way', async () => {
      const encoded = document.document_id.replace('0', '%30').replace('_', '%5F');
      await request(server.url).get(`/documents/${encoded}`).expect(200);
    });
  });

  describe('by its address', () => {
    const addresses = [
      '/',
      '/nothing',
      '/documents/x/y/z',
      '/Documents',
      '/documents/',
      '/DOCUMENTS',
      '/health/',
      '/Health',
      '/openapi.json',
      '/openapi.yaml/',
      '/metadata',
      '//documents',
      '/documents//metadata',
      '/./documents',
      '/../documents',
      '/../../etc/passwd',
      '/documents/../../etc/passwd',
      '/.env',
      '/documents.db',
      '/%64%6fcuments',
      '/documents%2f',
      '/documents;x=1',
      '/%00',
      '/favicon.ico',
      '/docs/nothing',
      '/docs/assets/nothing.js',
      '/docs/assets/../../package.json',
      '/docs/assets/..%2f..%2fpackage.json',
      '/docs/assets/%2e%2e/%2e%2e/package.json',
      '/docs/assets/.npmrc',
      '/docs/assets/%00',
      '/docsx',
      '*',
    ];
    for (const address of addresses) {
      it(`finds no path: ${address}`, async () => {
        const response = await rawExchange(server.port, requestHead(`GET ${address}`));
        expectProblem(response, 404, 'route_not_found');
      });
    }

    for (const address of ['/%zz', '/%', '/documents%', '/docs/%zz', '/docs/assets/%zz', '/docs/assets/%c0%ae']) {
      it(`cannot be read, or finds no path: ${address}`, async () => {
        const response = await rawExchange(server.port, requestHead(`GET ${address}`));
        assert.ok([400, 404].includes(response.status), String(response.status));
      });
    }

    it('takes no body where there is no path', async () => {
      for (const address of ['/documents/', '/Documents', '/nothing']) {
        const response = await request(server.url).post(address).attach('file', Buffer.alloc(100_000), 'a.txt');
        expectProblem(response, 404, 'route_not_found');
      }
      assert.equal((await server.storedBlobs()).length, 1);
    });

    it('is served when the whole URL stands in the request line, as proxies write it', async () => {
      const response = await rawExchange(server.port, requestHead(`GET http://127.0.0.1:${server.port}/health`));
      assert.equal(response.status, 200);
    });
  });

  describe('by its method', () => {
    const paths: [path: string, allow: string][] = [
      ['/documents', 'GET, HEAD, POST'],
      ['/documents/doc_000000000000', 'DELETE, GET, HEAD, PATCH'],
      ['/documents/doc_000000000000/metadata', 'GET, HEAD'],
      ['/health', 'GET, HEAD'],
      ['/openapi.yaml', 'GET, HEAD'],
    ];
    const methods = [
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
      'SEARCH',
      'PURGE',
      'MKCOL',
      'LOCK',
    ];
    for (const [path, allow] of paths) {
      for (const method of methods.filter((candidate) => !allow.split(', ').includes(candidate))) {
        it(`is refused with what is allowed: ${method} ${path}`, async () => {
          const response = await rawExchange(server.port, requestHead(`${method} ${path}`, 'X-Secret: echo'));
          expectProblem(response, 405, 'method_not_allowed');
          assert.equal((response.headers['allow'] ?? '').split(', ').sort().join(', '), allow);
          assert.ok(!response.bytes.includes('echo'), 'TRACE must not give a request back');
        });
      }
    }

    it('is refused before its body comes', async () => {
      const head = requestHead('PUT /documents', 'Content-Type: text/plain', 'Content-Length: 1000000000');
      expectProblem(await rawExchange(server.port, head), 405, 'method_not_allowed');
    });

    it('is not answered with more than the contract allows to a page elsewhere', async () => {
      const response = await rawExchange(
        server.port,
        requestHead('OPTIONS /documents', 'Access-Control-Request-Method: POST'),
      );
      for (const name of Object.keys(response.headers)) assert.ok(!name.startsWith('access-control-'), name);
    });
  });

  describe('by its media type', () => {
    const types = [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      FORM_TYPE,
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/jsonx',
      'json',
      '*/*',
      ';',
      'application/json, text/plain',
    ];
    for (const type of types) {
      it(`is refused: PATCH with ${type}`, async () => {
        const body = '{"name":"x"}';
        const head = requestHead(
          `PATCH /documents/${document.document_id}`,
          `Content-Type: ${type}`,
          `Content-Length: ${body.length}`,
        );
        const problem = expectProblem(await rawExchange(server.port, head + body), 415, 'unsupported_media_type');
        assert.match(problem.detail, /application\/json/);
      });
    }

    it('is refused: PATCH without any', async () => {
      const head = requestHead(`PATCH /documents/${document.document_id}`, 'Content-Length: 12');
      expectProblem(await rawExchange(server.port, `${head}{"name":"x"}`), 415, 'unsupported_media_type');
    });

    it('is served with parameters and in any case', async () => {
      for (const type of [
        'application/json; charset=utf-8',
        'Application/JSON',
        'application/json;charset="UTF-8"',
        'application/json; x=y',
      ]) {
        const response = await request(server.url)
          .patch(`/documents/${document.document_id}`)
          .set('Content-Type', type)
          .send('{"name":"Plan"}');
        assert.equal(response.status, 200, `${type}: ${response.text}`);
      }
    });

    it('is refused in a charset that is not JSON', async () => {
      const response = await request(server.url)
        .patch(`/documents/${document.document_id}`)
        .set('Content-Type', 'application/json; charset=koi8-r')
        .send('{"name":"x"}');
      expectProblem(response, 415, 'unsupported_media_type');
    });
  });

  it('by a header that is longer than the contract takes is refused', async () => {
    const address = `/documents/${document.document_id}`;
    expectInvalid(
      await request(server.url).get(address).set('If-None-Match', 'x'.repeat(8193)),
      'header.if-none-match',
    );
    expectInvalid(
      await request(server.url)
        .get(address)
        .set('Range', `bytes=0-${'1'.repeat(300)}`),
      'header.range',
    );
  });

  it('gets an id for its answer, its own one when that is harmless', async () => {
    const own = await request(server.url).get('/nothing').set('X-Request-ID', 'session-0123456789');
    assert.equal(own.headers['x-request-id'], 'session-0123456789');
    assert.equal((own.body as { request_id: string }).request_id, 'session-0123456789');
    for (const id of ['short', 'x'.repeat(65), 'with blanks in it', '<script>alert(1)</script>', 'ünïcödé-0123']) {
      const response = await rawExchange(server.port, requestHead('GET /nothing', `X-Request-ID: ${id}`));
      assert.match(response.headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/);
    }
    const ids = await Promise.all(Array.from({ length: 20 }, () => request(server.url).get('/health')));
    assert.equal(new Set(ids.map(({ headers }) => headers['x-request-id'] as string)).size, 20);
  });
});
