/** Archives take long and much: so many at once, and whoever asks for one more is told to come again. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import request from 'supertest';
import { eventually } from './eventually.js';
import { expectProblem } from './problem.js';
import { startServer, type TestServer } from './test-server.js';

describe('archives at once', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ config: { maxArchives: 1 }, expectedFailures: [503] });
    // More than the kernel takes of an answer that nobody reads.
    const content = randomBytes(24_000_000);
    await request(server.url)
      .post('/documents')
      .field('tags', 'large')
      .attach('file', content, 'large.bin')
      .expect(201);
    await request(server.url)
      .post('/documents')
      .field('tags', 'small')
      .attach('file', Buffer.from('s'), 's')
      .expect(201);
  });
  after(() => server.close());

  const small = () => request(server.url).get('/archive?tags=small&format=tar');

  /** Asks for a large archive and reads no more than its beginning. */
  async function hold(): Promise<Socket> {
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET /archive?tags=large HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    socket.pause();
    assert.match(data.toString('latin1'), /^HTTP\/1\.1 200 /);
    return socket;
  }

  it('are as many as there is room for; one more is refused at once, until one of them has ended', async () => {
    const socket = await hold();
    const refused = await small();
    const problem = expectProblem(refused, 503, 'unavailable');
    assert.match(problem.detail, /busy with other archives/);
    assert.equal(refused.headers['retry-after'], '1');
    // Everything else is served.
    await request(server.url).get('/documents').expect(200);
    socket.destroy();
    await eventually(async () => {
      assert.equal((await small()).status, 200);
    });
  });

  it('leave their room whatever becomes of them', async () => {
    for (let count = 0; count < 3; count += 1) {
      await request(server.url).head('/archive?tags=small').expect(200);
      await request(server.url).get('/archive?document_ids=doc_000000000000').expect(404);
      await request(server.url).get('/archive?document_ids=doc_000000000000&tags=a').expect(400);
      await small().expect(200);
    }
  });
});
