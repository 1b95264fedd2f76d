/** Bytes that are no HTTP, requests that mean two things at once, and connections used in every way that HTTP allows. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { find, push, type Document } from './documents-client.js';
import { eventually } from './eventually.js';
import { field, file, FORM_TYPE, formBody } from './form-body.js';
import { expectProblem } from './problem.js';
import { RawConnection, rawExchange, requestHead } from './raw-connection.js';
import { openBlobs, startServer, type TestServer } from './test-server.js';

describe('a connection', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer();
    document = await push(server, 'content');
  });
  afterEach(async () => {
    await request(server.url).get('/health').expect(200);
  });
  after(() => server.close());

  describe('that does not speak HTTP', () => {
    const garbage: [what: string, bytes: string | Buffer][] = [
      ['random bytes', Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7919) % 256))],
      ['a TLS hello', Buffer.from('16030100c4010000c00303', 'hex')],
      ['a line of text', 'hello\r\n\r\n'],
      ['an HTTP version that is none', 'GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n'],
      ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      ['a method that is none', 'FETCH /health HTTP/1.1\r\nHost: localhost\r\n\r\n'],
      ['a method in small letters', 'get /health HTTP/1.1\r\nHost: localhost\r\n\r\n'],
      ['a space in the address', 'GET /hea lth HTTP/1.1\r\nHost: localhost\r\n\r\n'],
      ['NUL in the address', 'GET /hea\0lth HTTP/1.1\r\nHost: localhost\r\n\r\n'],
      ['a header without a colon', 'GET /health HTTP/1.1\r\nHost: localhost\r\nNonsense\r\n\r\n'],
      ['a header with a space in its name', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX Y: z\r\n\r\n'],
      ['a header with a space before the colon', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX : z\r\n\r\n'],
      ['NUL in a header', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n'],
      ['a bare CR in a header', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n'],
      ['a folded header', 'GET /health HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n'],
      ['a length that is no number', 'POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n'],
      ['a negative length', 'POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n'],
      ['a length with a sign', 'POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nhello'],
      ['a length in hex', 'POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x5\r\n\r\nhello'],
      [
        'a length beyond all numbers',
        'POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n',
      ],
    ];
    for (const [what, bytes] of garbage) {
      it(`is answered with a problem and closed: ${what}`, async () => {
        const connection = await RawConnection.open(server.port);
        await connection.write(bytes);
        const response = await connection.response();
        expectProblem(response, 400, 'malformed_request');
        await connection.closed;
      });
    }

    it('is answered when the header is too large', async () => {
      const heads = [
        requestHead('GET /health', `X-Large: ${'x'.repeat(20_000)}`),
        requestHead(`GET /documents?name=${'x'.repeat(20_000)}`),
        requestHead('GET /health', ...Array.from({ length: 3000 }, (_, index) => `X-${index}: y`)),
      ];
      for (const head of heads) {
        const connection = await RawConnection.open(server.port);
        await connection.write(head);
        expectProblem(await connection.response(), 431, 'headers_too_large');
        await connection.closed;
      }
    });

    it('is answered when the header never ends', async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write('GET /health HTTP/1.1\r\nHost: localhost\r\n');
      for (let sent = 0; sent < 40 && connection.pendingBytes === 0; sent += 1) {
        await connection.write(`X-${sent}: ${'y'.repeat(1000)}\r\n`);
        await sleep(1);
      }
      expectProblem(await connection.response(), 431, 'headers_too_large');
    });

    it('is answered also when it is half closed, or closed without a word', async () => {
      const half = await RawConnection.open(server.port);
      await half.write('GET /health HTTP/1.1\r\nHost: lo');
      half.halfClose();
      expectProblem(await half.response(), 400, 'malformed_request');
      const silent = await RawConnection.open(server.port);
      silent.halfClose();
      await silent.closed;
    });

    it('is answered with a problem when HTTP/1.1 has no Host', async () => {
      const response = await rawExchange(server.port, 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n');
      assert.ok([400, 403].includes(response.status));
      expectProblem(response, response.status, (response.body as { code?: string }).code ?? 'none');
    });

    it('is refused when it names two hosts', async () => {
      const response = await rawExchange(
        server.port,
        requestHead('GET /health', 'Host: 127.0.0.1', 'Connection: close'),
      );
      expectProblem(response, 400, 'malformed_request');
    });

    it('is answered with a problem when it expects what no server knows', async () => {
      const head = requestHead('GET /health', 'Expect: a-miracle', 'Connection: close');
      expectProblem(await rawExchange(server.port, head), 400, 'malformed_request');
    });

    it('ends quietly when it asks for a tunnel', async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');
      await connection.closed;
    });

    it('is no WebSocket, whatever it asks for', async () => {
      const head = requestHead(
        'GET /health',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Key: x',
        'Sec-WebSocket-Version: 13',
      );
      assert.equal((await rawExchange(server.port, head)).status, 200);
    });
  });

  describe('that is kept', () => {
    it('answers piped requests in their order', async () => {
      const body = formBody(file('piped'), field('name', 'piped'));
      const connection = await RawConnection.open(server.port);
      await connection.write(
        Buffer.concat([
          Buffer.from(requestHead('GET /health')),
          Buffer.from(requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`)),
          body,
          Buffer.from(requestHead(`GET /documents/${document.document_id}`)),
          Buffer.from(requestHead(`HEAD /documents/${document.document_id}`)),
          Buffer.from(requestHead('GET /nothing')),
          Buffer.from(requestHead('GET /documents?name=piped', 'Connection: close')),
        ]),
      );
      assert.equal(((await connection.response()).body as { status: string }).status, 'ok');
      assert.equal((await connection.response()).status, 201);
      assert.equal((await connection.response()).bytes.toString(), 'content');
      const head = await connection.response({ bodiless: true });
      assert.equal(head.headers['content-length'], '7');
      assert.equal((await connection.response()).status, 404);
      assert.equal((await connection.response()).status, 200);
      await connection.closed;
      const stored = await find(server, { name: 'piped' });
      assert.equal(stored.length, 1);
    });

    it('can be used on after every kind of refusal', async () => {
      const connection = await RawConnection.open(server.port);
      const small = formBody(field('unknown', 'x'), file('x'));
      const refusals: [head: string, body: string | Buffer, status: number][] = [
        [requestHead('GET /nothing'), '', 404],
        [requestHead('PUT /documents', 'Content-Length: 5'), 'hello', 405],
        [requestHead('POST /documents', 'Content-Type: text/plain', 'Content-Length: 5'), 'hello', 415],
        [requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${small.length}`), small, 400],
        [
          requestHead('PATCH /documents/doc_000000000000', 'Content-Type: application/json', 'Content-Length: 1'),
          '{',
          400,
        ],
        [requestHead('GET /documents?limit=0'), '', 400],
        [requestHead('GET /health', 'Origin: http://evil.example'), '', 403],
      ];
      for (const [head, body, status] of refusals) {
        await connection.write(Buffer.concat([Buffer.from(head), Buffer.from(body)]));
        assert.equal((await connection.response()).status, status, head);
      }
      await connection.write(requestHead('GET /health'));
      assert.equal((await connection.response()).status, 200);
      connection.destroy();
    });

    it('answers HTTP/1.0 and closes, or keeps it when asked to', async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write('GET /health HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n');
      assert.equal((await connection.response()).status, 200);
      await connection.write('GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n');
      assert.equal((await connection.response()).status, 200);
      await connection.closed;
    });

    it('never has an error written into the middle of a download', async () => {
      const content = Buffer.alloc(32 * 1024 * 1024, 'one whole download; ');
      const { document_id } = await push(server, content);
      const connection = await RawConnection.open(server.port);
      connection.socket.pause();
      await connection.write(requestHead(`GET /documents/${document_id}`));
      await sleep(50);
      await connection.write('this is no HTTP\r\n\r\n');
      await sleep(50);
      connection.socket.resume();
      await connection.closed;
      // Cut or whole: both are right. What comes after the download's header must be the download.
      const received = connection.pending;
      const body = received.subarray(received.indexOf('\r\n\r\n') + 4);
      assert.ok(body.length > 0);
      assert.ok(content.subarray(0, body.length).equals(body), 'something else is in the content');
    });
  });

  describe('that vanishes in a download', () => {
    it('frees the file at once', async () => {
      const { document_id } = await push(server, Buffer.alloc(32 * 1024 * 1024));
      const connections = await Promise.all(
        Array.from({ length: 40 }, async () => {
          const connection = await RawConnection.open(server.port);
          connection.socket.pause();
          await connection.write(requestHead(`GET /documents/${document_id}`));
          return connection;
        }),
      );
      await eventually(async () => assert.ok((await openBlobs(server)) > 0));
      for (const connection of connections) connection.destroy();
      await eventually(async () => assert.equal(await openBlobs(server), 0));
    });

    it('frees it also when the download was still waiting for its turn', async () => {
      const { document_id } = await push(server, Buffer.alloc(8 * 1024 * 1024));
      const connection = await RawConnection.open(server.port);
      connection.socket.pause();
      await connection.write(requestHead(`GET /documents/${document_id}`).repeat(20));
      await eventually(async () => assert.ok((await openBlobs(server)) > 0));
      connection.destroy();
      await eventually(async () => assert.equal(await openBlobs(server), 0));
    });
  });
});
