/** Clients that are slow, or say nothing at all. The limits are short here; the clients are as patient as real ones. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { find, push, sha256, type Document } from './documents-client.js';
import { eventually } from './eventually.js';
import { file, FORM_TYPE, formBody } from './form-body.js';
import { expectProblem } from './problem.js';
import { RawConnection, requestHead } from './raw-connection.js';
import { openBlobs, startServer, type TestServer } from './test-server.js';

const HEADER_MS = 300;
const IDLE_MS = 600;
const MEBIBYTE = 1024 * 1024;

describe('a slow client', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({
      config: { headerTimeoutSeconds: HEADER_MS / 1000, idleTimeoutSeconds: IDLE_MS / 1000 },
    });
  });
  afterEach(async () => {
    await server.untilNothingIsStaged();
    await request(server.url).get('/health').expect(200);
  });
  after(() => server.close());

  /** Sends a little again and again until there is an answer, or the connection is gone. */
  async function drip(connection: RawConnection, piece: string | Buffer, everyMs: number): Promise<void> {
    while (!connection.socket.destroyed && connection.pendingBytes === 0) {
      await connection.write(piece);
      await sleep(everyMs);
    }
  }

  it('is told so when its header does not come', async () => {
    const connection = await RawConnection.open(server.port);
    await connection.write('GET /health HTTP/1.1\r\nHost: loc');
    expectProblem(await connection.response(), 408, 'request_timeout');
    await connection.closed;
  });

  it('is told so when its header drips', async () => {
    const connection = await RawConnection.open(server.port);
    const started = Date.now();
    await connection.write('GET /health HTTP/1.1\r\nHost: localhost\r\nX: ');
    await drip(connection, 'x', 20);
    expectProblem(await connection.response(), 408, 'request_timeout');
    assert.ok(Date.now() - started < HEADER_MS + 2000);
    await connection.closed;
  });

  it('is told so when the header of its second request does not come', async () => {
    const connection = await RawConnection.open(server.port);
    await connection.write(requestHead('GET /health'));
    assert.equal((await connection.response()).status, 200);
    await connection.write('GET /health HTTP/1.1\r\n');
    expectProblem(await connection.response(), 408, 'request_timeout');
    await connection.closed;
  });

  it('is let go when it connects and says nothing', async () => {
    const connections = await Promise.all(Array.from({ length: 20 }, () => RawConnection.open(server.port)));
    await Promise.all(connections.map(({ closed }) => closed));
  });

  const operations: [what: string, line: string, type: string, begin: Buffer][] = [
    ['form', 'POST /documents', FORM_TYPE, formBody(file(Buffer.alloc(100))).subarray(0, 150)],
    ['JSON body', 'PATCH /documents/doc_000000000000', 'application/json', Buffer.from('{"name":"')],
  ];
  for (const [what, line, type, begin] of operations) {
    it(`is told so when its ${what} does not begin`, async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write(requestHead(line, `Content-Type: ${type}`, 'Content-Length: 100000'));
      expectProblem(await connection.response(), 408, 'request_timeout');
      connection.destroy();
    });

    it(`is told so when its ${what} stops`, async () => {
      const connection = await RawConnection.open(server.port);
      await connection.write(requestHead(line, `Content-Type: ${type}`, 'Content-Length: 100000'));
      await connection.write(begin);
      expectProblem(await connection.response(), 408, 'request_timeout');
      connection.destroy();
    });

    it(`is told so when its ${what} drips`, async () => {
      const connection = await RawConnection.open(server.port);
      const started = Date.now();
      await connection.write(requestHead(line, `Content-Type: ${type}`, 'Content-Length: 100000'));
      await connection.write(begin);
      await drip(connection, 'x', 20);
      expectProblem(await connection.response(), 408, 'request_timeout');
      assert.ok(Date.now() - started < 5 * IDLE_MS, 'it took too long');
      connection.destroy();
    });
  }

  it('has nothing of a large file kept when the rest does not come', async () => {
    const body = formBody(file(Buffer.alloc(8 * MEBIBYTE)));
    const connection = await RawConnection.open(server.port);
    await connection.write(
      requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`),
    );
    await connection.write(body.subarray(0, 6 * MEBIBYTE));
    await eventually(async () => assert.equal((await server.stagedFiles()).length, 1));
    expectProblem(await connection.response(), 408, 'request_timeout');
    await server.untilNothingIsStaged();
    connection.destroy();
  });

  it('is served as long as it gets on, however long it takes', async () => {
    const content = Buffer.alloc(40_000, 'slow but steady; ');
    const body = formBody(file(content));
    const connection = await RawConnection.open(server.port);
    const started = Date.now();
    await connection.write(
      requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`),
    );
    for (let at = 0; at < body.length; at += 1500) {
      await connection.write(body.subarray(at, at + 1500));
      await sleep(IDLE_MS / 8);
    }
    const response = await connection.response();
    assert.equal(response.status, 201);
    assert.ok(Date.now() - started > 3 * IDLE_MS);
    assert.equal((response.body as Document).checksum_sha256, sha256(content));
    connection.destroy();
  });

  it('is served when it reads slowly but steadily', async () => {
    const { document_id, checksum_sha256 } = await push(server, Buffer.alloc(16 * MEBIBYTE, 'read in small sips; '));
    const connection = await RawConnection.open(server.port);
    const { socket } = connection;
    // A sip, then a pause that is shorter than the server's patience.
    socket.on('data', () => {
      socket.pause();
      setTimeout(() => socket.resume(), IDLE_MS / 60);
    });
    const started = Date.now();
    await connection.write(requestHead(`GET /documents/${document_id}`, 'Connection: close'));
    const response = await connection.response();
    assert.ok(Date.now() - started > 2 * IDLE_MS, 'it was not slow');
    assert.equal(sha256(response.bytes), checksum_sha256);
  });

  it('is let go when it does not read what it asked for', async () => {
    const { document_id } = await push(server, Buffer.alloc(32 * MEBIBYTE));
    const connections = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const connection = await RawConnection.open(server.port);
        connection.socket.pause();
        await connection.write(requestHead(`GET /documents/${document_id}`));
        return connection;
      }),
    );
    await eventually(async () => assert.ok((await openBlobs(server)) > 0));
    await eventually(async () => assert.equal(await openBlobs(server), 0), 10 * IDLE_MS);
    for (const connection of connections) {
      connection.socket.resume();
      await connection.closed;
      await assert.rejects(connection.response(), 'the whole download came to a client that did not read');
    }
  });

  it('is let go when it drips a body that nobody waits for', async () => {
    const requests = [
      requestHead('GET /health', 'Content-Length: 100000'),
      requestHead('GET /nothing', 'Content-Length: 100000'),
      requestHead('POST /documents', 'Content-Type: text/plain', 'Content-Length: 100000'),
      requestHead('PUT /documents', 'Content-Length: 100000'),
      requestHead('DELETE /documents/doc_000000000000', 'Transfer-Encoding: chunked'),
    ];
    const held: string[] = [];
    await Promise.all(
      requests.map(async (head) => {
        const connection = await RawConnection.open(server.port);
        await connection.write(head);
        await connection.response();
        // As long as a refused body may linger, and then some.
        const giveUpAt = Date.now() + 8000;
        while (!connection.socket.destroyed && Date.now() < giveUpAt) {
          await connection.write(head.includes('chunked') ? '1\r\nx\r\n' : 'x');
          await sleep(50);
        }
        if (!connection.socket.destroyed) held.push(head.split('\r\n', 1)[0] ?? '');
        connection.destroy();
      }),
    );
    assert.deepEqual(held, [], 'connections that are still open after 8 s of dripping');
  });

  it('keeps nobody else waiting', async () => {
    const slow = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const connection = await RawConnection.open(server.port);
        const begin =
          index % 2
            ? 'GET /health HTTP/1.1\r\n'
            : requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Content-Length: 1000');
        await connection.write(begin);
        return connection;
      }),
    );
    const { document_id } = await push(server, 'in the middle of it');
    const [found] = await find(server, { limit: 1 });
    assert.equal(found?.document_id, document_id);
    const statuses = await Promise.all(slow.map(async (connection) => (await connection.response()).status));
    assert.deepEqual([...new Set(statuses)], [408]);
    for (const connection of slow) connection.destroy();
  });
});
