/** Who may speak to a server that asks for no keys: this machine under its own names, and no page of another site. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { FORM_TYPE, formBody, file } from './form-body.js';
import { expectProblem } from './problem.js';
import { rawExchange, type RawResponse } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

function exchange(
  server: TestServer,
  headers: string[],
  line = 'GET /health HTTP/1.1',
  body = '',
): Promise<RawResponse> {
  return rawExchange(server.port, `${[line, ...headers, 'Connection: close', '', ''].join('\r\n')}${body}`);
}

describe('a server without keys', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  const served = [
    'localhost',
    'LOCALHOST',
    'LocalHost',
    'localhost.',
    'localhost:8766',
    'LOCALHOST:1',
    '127.0.0.1',
    '127.0.0.1:8766',
    '127.1.2.3',
    '127.255.255.254:80',
    '[::1]',
    '[::1]:8766',
    'doc.localhost',
    'a.b.localhost:8766',
  ];
  for (const host of served) {
    it(`answers to the host ${host}`, async () => {
      assert.equal((await exchange(server, [`Host: ${host}`])).status, 200);
    });
  }

  const refused = [
    'evil.com',
    'evil.com:8766',
    'localhost.evil.com',
    'evil-localhost',
    'localhostx',
    'xlocalhost',
    '127.0.0.1.evil.com',
    '127.0.0.1.nip.io',
    '127.0.0',
    '127.0.0.1.1',
    '1127.0.0.1',
    '128.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '0.0.0.0',
    '0.0.0.0:8766',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::1].evil.com',
    '[::1',
    '::1',
    '[fe80::1]',
    'localhost:8766:evil.com',
    'localhost:abc',
    'evil.com:localhost',
    'localhost, evil.com',
    'evil.com, localhost',
    'user@localhost',
    'localhost@evil.com',
    'localhost/evil.com',
    'evil.com#localhost',
    'localhost%00.evil.com',
    'localhost.evil.com.',
    '2130706433',
    '0x7f000001',
    '',
    '.localhost.com',
    'xn--localhost',
  ];
  for (const host of refused) {
    it(`does not answer to the host ${JSON.stringify(host)}`, async () => {
      const response = await exchange(server, [`Host: ${host}`]);
      expectProblem(response, 403, 'host_not_allowed');
    });
  }

  it('does not answer to a request without a host', async () => {
    expectProblem(await exchange(server, [], 'GET /health HTTP/1.0'), 403, 'host_not_allowed');
  });

  it('guards every address and method alike, before anything of a body is read', async () => {
    const lines = [
      'GET /documents',
      'GET /documents/doc_000000000000',
      'DELETE /documents/doc_000000000000',
      'GET /openapi.yaml',
      'GET /docs',
      'GET /docs/assets/swagger-ui.css',
      'OPTIONS /documents',
      'GET /nothing',
      'HEAD /health',
    ];
    for (const line of lines) {
      const response = await rawExchange(
        server.port,
        `${line} HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n`,
        { bodiless: line.startsWith('HEAD') },
      );
      assert.equal(response.status, 403, line);
    }
    const body = formBody(file('from elsewhere')).toString();
    const headers = ['Host: evil.com', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`];
    expectProblem(await exchange(server, headers, 'POST /documents HTTP/1.1', body), 403, 'host_not_allowed');
    assert.deepEqual(await server.storedBlobs(), []);
  });

  it('says which names it answers to, and how more are given', async () => {
    const problem = expectProblem(await exchange(server, ['Host: documents.example']), 403, 'host_not_allowed');
    assert.match(problem.detail, /127\.0\.0\.1/);
    assert.match(problem.detail, /DOCUMENT_SERVER_ALLOWED_HOSTS/);
  });

  describe('asked by a web page', () => {
    it('answers its own', async () => {
      for (const host of ['localhost:8766', '127.0.0.1:8766', '[::1]:8766', 'localhost']) {
        for (const scheme of ['http', 'https']) {
          const response = await exchange(server, [`Host: ${host}`, `Origin: ${scheme}://${host}`]);
          assert.equal(response.status, 200, `${scheme}://${host}`);
        }
      }
    });

    const origins = [
      'null',
      'http://evil.com',
      'https://evil.com',
      'http://localhost:3000',
      'http://localhost',
      'http://127.0.0.1:8766',
      'http://localhost:8766.evil.com',
      'http://localhost:87666',
      'http://evil.com/http://localhost:8766',
      'file://',
      'chrome-extension://abcdef',
      'localhost:8766',
      '//localhost:8766',
      'http://localhost:8766/',
      'http://localhost:8766, http://evil.com',
      '',
    ];
    for (const origin of origins) {
      it(`does not answer the origin ${JSON.stringify(origin)}`, async () => {
        const response = await exchange(server, ['Host: localhost:8766', `Origin: ${origin}`]);
        expectProblem(response, 403, 'origin_not_allowed');
      });
    }

    it('takes no push that a form or a script of another site sends', async () => {
      const response = await request(server.url)
        .post('/documents')
        .set('Origin', 'https://evil.com')
        .attach('file', Buffer.from('planted'), 'planted.txt');
      expectProblem(response, 403, 'origin_not_allowed');
      assert.deepEqual(await server.storedBlobs(), []);
    });

    it('gives no leave to a preflight request', async () => {
      const headers = ['Host: localhost', 'Origin: https://evil.com', 'Access-Control-Request-Method: DELETE'];
      const response = await exchange(server, headers, 'OPTIONS /documents/doc_000000000000 HTTP/1.1');
      expectProblem(response, 403, 'origin_not_allowed');
      for (const name of Object.keys(response.headers)) assert.ok(!name.startsWith('access-control-'), name);
    });
  });

  describe('told to answer to further hosts', () => {
    let named: TestServer;
    let open: TestServer;
    before(async () => {
      named = await startServer({ config: { allowedHosts: ['documents.example', 'Other.Example'] } });
      open = await startServer({ config: { allowedHosts: ['*'] } });
    });
    after(async () => {
      await named.close();
      await open.close();
    });

    it('answers to them in any case and with any port, and still to its own names', async () => {
      for (const host of ['documents.example', 'DOCUMENTS.example:80', 'other.example', 'localhost']) {
        assert.equal((await exchange(named, [`Host: ${host}`])).status, 200, host);
      }
      for (const host of ['x.documents.example', 'documents.example.evil.com', 'evil.com']) {
        expectProblem(await exchange(named, [`Host: ${host}`]), 403, 'host_not_allowed');
      }
    });

    it('answers to all of them for *, but still not to pages of other sites', async () => {
      assert.equal((await exchange(open, ['Host: anything.example:99'])).status, 200);
      assert.equal((await exchange(open, ['Host: a.example', 'Origin: http://a.example'])).status, 200);
      const response = await exchange(open, ['Host: a.example', 'Origin: http://b.example']);
      expectProblem(response, 403, 'origin_not_allowed');
    });
  });
});
