import assert from 'node:assert/strict';
import { IMPLEMENTATIONS, STREAMING, textOf, until, useLocalServers } from './testing/local-servers.js';

for (const [name, fetch] of IMPLEMENTATIONS) {
  describe(`${name} when something goes wrong`, () => {
    const servers = useLocalServers();

    it('rejects with the error of a source that fails', async () => {
      const url = await servers.http(async (request, response) => response.end(await textOf(request).catch(() => '')));
      const body = new ReadableStream<Uint8Array>({
        pull() {
          throw new Error('the disk is gone');
        },
      });
      await assert.rejects(fetch(url, { method: 'POST', body, ...STREAMING }), (error) => {
        return error instanceof Error && /the disk is gone/.test(`${error.message} ${String(error.cause)}`);
      });
    });

    it('rejects with `fetch failed` and the cause when nobody listens', async () => {
      const url = await servers.http(() => undefined);
      await servers.stopLast();
      await assert.rejects(fetch(url), failedWith('ECONNREFUSED'));
    });

    it('rejects when the host has no address', async () => {
      await assert.rejects(fetch('http://no-such-host.invalid/'), failedWith('ENOTFOUND', 'EAI_AGAIN'));
    });

    it('rejects when the connection ends without an answer', async () => {
      const url = await servers.socket((socket) => socket.once('data', () => socket.destroy()));
      await assert.rejects(fetch(url), failedWith('ECONNRESET', 'UND_ERR_SOCKET'));
    });

    it('rejects when what comes is not HTTP', async () => {
      const url = await servers.socket((socket) => socket.end('220 mail.example.org ESMTP\r\n'));
      await assert.rejects(fetch(url), TypeError);
    });

    it('rejects when the scheme is unknown', async () => {
      await assert.rejects(fetch('gopher://127.0.0.1/'), TypeError);
    });

    for (const framing of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
      it(`fails a body that breaks off (${framing})`, async () => {
        const url = await servers.socket((socket) =>
          socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n5\r\nhello\r\n`)),
        );
        const response = await fetch(url);
        await assert.rejects(response.text(), (error) => error instanceof TypeError && error.message === 'terminated');
      });
    }

    it('closes the connection of an answer that is cancelled unread', async () => {
      let closed = false;
      const url = await servers.http((_, response) => {
        response.on('close', () => (closed = true)).write('a');
      });
      await (await fetch(url)).body?.cancel();
      await until(() => closed);
    });

    it('does not follow a redirect that it must not', async () => {
      const url = await servers.http((_, response) => response.writeHead(307, { location: '/there' }).end());
      await assert.rejects(fetch(url, { redirect: 'error' }), (error) => {
        return error instanceof TypeError && (error.cause as Error).message === 'unexpected redirect';
      });
      const manual = await fetch(url, { redirect: 'manual' });
      assert.equal(manual.status, 307);
      assert.equal(manual.headers.get('location'), '/there');
      await manual.body?.cancel();
    });

    it('does not begin once it is aborted', async () => {
      let asked = false;
      const url = await servers.http((_, response) => {
        asked = true;
        response.end();
      });
      const reason = new Error('no longer');
      await assert.rejects(fetch(url, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
      assert.equal(asked, false);
    });

    it('rejects with the reason of an abort before the answer', async () => {
      const aborter = new AbortController();
      const reason = new Error('enough');
      let closed = false;
      const url = await servers.http((request) => {
        request.on('close', () => (closed = true));
        aborter.abort(reason);
      });
      await assert.rejects(fetch(url, { signal: aborter.signal }), (error) => error === reason);
      await until(() => closed);
    });

    it('fails a body with the reason of an abort', async () => {
      const aborter = new AbortController();
      const reason = new Error('enough');
      let closed = false;
      const url = await servers.http((_, response) => {
        response.on('close', () => (closed = true)).write('a');
      });
      const { body } = await fetch(url, { signal: aborter.signal });
      const reader = body?.getReader();
      assert.equal((await reader?.read())?.done, false);
      aborter.abort(reason);
      await assert.rejects(
        async () => reader?.read(),
        (error) => error === reason,
      );
      await until(() => closed);
    });
  });
}

function failedWith(...codes: string[]): (error: unknown) => boolean {
  return (error) =>
    error instanceof TypeError &&
    error.message === 'fetch failed' &&
    codes.includes((error.cause as { code?: string } | undefined)?.code ?? '');
}
