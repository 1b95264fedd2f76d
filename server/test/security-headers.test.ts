/** What keeps a browser from doing with an answer what nobody asked for. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { FORM_TYPE, formBody, file } from './form-body.js';
import { rawExchange } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

const EXPECTED = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-permitted-cross-domain-policies': 'none',
};

describe('security headers', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('stand on every answer: data, files, problems, the page of the contract, and what is no HTTP', async () => {
    const pushed = await request(server.url)
      .post('/documents')
      .set('Content-Type', FORM_TYPE)
      .send(formBody(file('content')));
    const { document_id } = pushed.body as { document_id: string };
    const answers = [
      pushed,
      await request(server.url).get('/documents'),
      await request(server.url).get(`/documents/${document_id}`),
      await request(server.url).head(`/documents/${document_id}`),
      await request(server.url).get('/documents/doc_000000000000'),
      await request(server.url).get('/nothing'),
      await request(server.url).get('/health').set('Host', 'evil.example'),
      await request(server.url).get('/docs'),
      await request(server.url).get('/docs/assets/swagger-ui.css'),
      await request(server.url).get('/openapi.yaml'),
      await rawExchange(server.port, 'this is no request\r\n\r\n'),
    ];
    for (const { status, headers } of answers) {
      for (const [name, value] of Object.entries(EXPECTED)) assert.equal(headers[name], value, `${status}: ${name}`);
      assert.match(headers['content-security-policy'] ?? '', /^default-src 'none'/);
      // Nothing is said of TLS by a server that does not speak it.
      assert.equal(headers['strict-transport-security'], undefined);
      assert.equal(headers['x-powered-by'], undefined);
    }
  });

  it('keep content that was pushed from being run or framed', async () => {
    const pushed = await request(server.url)
      .post('/documents')
      .attach('file', Buffer.from('<script>alert(1)</script>'), 'a.html');
    const { document_id } = pushed.body as { document_id: string };
    const { headers } = await request(server.url).get(`/documents/${document_id}`).expect(200);
    assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox");
  });
});
