import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { lightFetch } from './fetch.js';
import {
  endless,
  IMPLEMENTATIONS,
  settled,
  STREAMING,
  textOf,
  until,
  useLocalServers,
} from './testing/local-servers.js';

for (const [name, fetch] of IMPLEMENTATIONS) {
  describe(`${name}`, () => {
    const servers = useLocalServers();

    it('sends a request and gives the whole answer', async () => {
      const url = await servers.http(async (request, response) => {
        const { method, url: path, headers } = request;
        const body = await textOf(request);
        response.writeHead(
          201,
          'Made',
          [
            ['X-Twice', 'a'],
            ['X-Twice', 'b'],
            ['Content-Type', 'application/json'],
          ].flat(),
        );
        response.end(JSON.stringify({ method, path, length: headers['content-length'], own: headers['x-own'], body }));
      });
      const response = await fetch(`${url}/documents?name=a%20b`, {
        method: 'POST',
        body: 'grün',
        headers: { 'X-Own': '1' },
      });
      assert.equal(response.status, 201);
      assert.equal(response.statusText, 'Made');
      assert.equal(response.ok, true);
      assert.equal(response.url, `${url}/documents?name=a%20b`);
      assert.equal(response.headers.get('x-twice'), 'a, b');
      const sent = { method: 'POST', path: '/documents?name=a%20b', length: '5', own: '1', body: 'grün' };
      assert.deepEqual(await response.json(), sent);
    });

    it('resolves with error answers', async () => {
      const url = await servers.http((_, response) => response.writeHead(503).end('later'));
      const response = await fetch(url);
      assert.equal(response.ok, false);
      assert.equal(await response.text(), 'later');
    });

    it('gives no body where HTTP has none', async () => {
      const url = await servers.http(({ method }, response) => {
        response.writeHead(method === 'HEAD' ? 200 : 204, method === 'HEAD' ? { 'content-length': 7 } : {}).end();
      });
      assert.equal((await fetch(url)).body, null);
      const head = await fetch(url, { method: 'HEAD' });
      assert.equal(head.headers.get('content-length'), '7');
      assert.equal(await head.text(), '');
    });

    it('streams an upload of unknown length at the pace of the server', async () => {
      const total = 12 * 1024 * 1024;
      const chunk = new Uint8Array(64 * 1024);
      let pulled = 0;
      let release: () => void = () => undefined;
      const url = await servers.http((request, response) => {
        let received = 0;
        request.on('data', (data: Buffer) => (received += data.length)).pause();
        release = () => request.resume();
        request.on('end', () => response.end(`${received} ${request.headers['transfer-encoding'] ?? ''}`));
      });
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (pulled >= total) {
            controller.close();
            return;
          }
          pulled += chunk.byteLength;
          controller.enqueue(chunk);
        },
      });
      const answer = fetch(url, { method: 'POST', body, ...STREAMING });
      await settled(() => pulled);
      assert.ok(pulled < total, `all of ${total} bytes were read before the server took them`);
      release();
      assert.equal(await (await answer).text(), `${total} chunked`);
    });

    it('streams an answer at the pace of the reader', async () => {
      const total = 24 * 1024 * 1024;
      let sent = 0;
      const url = await servers.http((_, response) => {
        const more = (): void => {
          while (sent < total) {
            sent += 64 * 1024;
            if (!response.write(Buffer.alloc(64 * 1024))) {
              response.once('drain', more);
              return;
            }
          }
          response.end();
        };
        more();
      });
      const response = await fetch(url);
      await settled(() => sent);
      assert.ok(sent < total, `all of ${total} bytes were sent before anybody read them`);
      let received = 0;
      for await (const bytes of response.body ?? []) received += bytes.byteLength;
      assert.equal(received, total);
    });

    it('keeps bytes as they are', async () => {
      const bytes = Uint8Array.from({ length: 256 * 400 }, (_, index) => index);
      const url = await servers.http((request, response) => request.pipe(response));
      const response = await fetch(url, { method: 'POST', body: new Blob([bytes]), ...STREAMING });
      assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
    });

    it('reads an answer that comes while the upload still goes on', async () => {
      for (let round = 0; round < 10; round += 1) {
        const url = await servers.socket((socket) => {
          // Closed with data unread in it, a connection is reset, and the client's next write fails.
          socket.once('data', () => {
            socket.pause();
            socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge', () => {
              setTimeout(() => socket.destroy(), round);
            });
          });
        });
        const response = await fetch(url, { method: 'POST', body: endless(), ...STREAMING });
        assert.equal(response.status, 413);
        assert.equal(await response.text(), 'large');
      }
    });

    it('stops reading the source when the server has answered', async () => {
      const url = await servers.http((_, response) => response.writeHead(413, { connection: 'close' }).end('large'));
      let cancelled = false;
      const body = endless(() => (cancelled = true));
      const response = await fetch(url, { method: 'POST', body, ...STREAMING });
      await response.text();
      await until(() => cancelled);
    });
  });
}

describe('light fetch alone', () => {
  const servers = useLocalServers();

  it('asks for content as it is stored, and refuses it in any other form', async () => {
    let accepted: string | undefined;
    const url = await servers.http((request, response) => {
      accepted = request.headers['accept-encoding'];
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    });
    await assert.rejects(lightFetch(url), (error) => {
      return error instanceof TypeError && /gzip/.test((error.cause as Error).message);
    });
    assert.equal(accepted, 'identity');
  });

  it('lets go of the signal when it is done', async () => {
    const url = await servers.http((_, response) => response.end('a'));
    const { signal } = new AbortController();
    await (await lightFetch(url, { signal })).text();
    await until(() => getEventListeners(signal, 'abort').length === 0);
  });
});
