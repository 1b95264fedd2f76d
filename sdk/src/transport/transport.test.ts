import assert from 'node:assert/strict';

import { answerJson, answerProblem, sampleDocument, until, useLoopbackServers } from '../../test/loopback-server.js';
import { DocumentClient, IdleTimeoutError, ProblemError, ResponseError } from '../index.js';

const ID = sampleDocument.document_id;

describe('transport', () => {
  const listen = useLoopbackServers();

  describe('standing still', () => {
    it('gives up a server that never answers', async () => {
      const baseUrl = await listen(() => undefined);
      const client = new DocumentClient({ baseUrl, idleTimeoutMs: 80 });
      await assert.rejects(client.get(ID), (error: unknown) => {
        assert(error instanceof IdleTimeoutError);
        assert.equal(error.name, 'IdleTimeoutError');
        assert.equal(error.idleTimeoutMs, 80);
        assert.match(error.message, /Nothing moved .* 0\.08 s/);
        return true;
      });
    });

    it('gives up an answer that stops in the middle', async () => {
      const baseUrl = await listen((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"status":');
      });
      await assert.rejects(new DocumentClient({ baseUrl, idleTimeoutMs: 80 }).health(), IdleTimeoutError);
    });

    it('never gives up an answer that keeps coming, however long it takes', async () => {
      const text = JSON.stringify({ status: 'ok', version: '0.1.0', uptime_seconds: 1 });
      const baseUrl = await listen((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        let sent = 0;
        const drip = setInterval(() => {
          response.write(text.slice(sent, ++sent));
          if (sent === text.length) {
            clearInterval(drip);
            response.end();
          }
        }, 15);
      });
      const started = performance.now();
      const health = await new DocumentClient({ baseUrl, idleTimeoutMs: 400 }).health();
      assert.equal(health.status, 'ok');
      assert(performance.now() - started > 500, 'the whole took longer than the idle time-out');
    });

    it('does not mistake its own standstill for the server’s', async () => {
      const baseUrl = await listen((_request, response) => {
        answerJson(response, sampleDocument);
        // The answer is with the network now, and the client's process is busy for longer than the time-out.
        for (const end = performance.now() + 250; performance.now() < end;);
      });
      assert.deepEqual(await new DocumentClient({ baseUrl, idleTimeoutMs: 100 }).get(ID), sampleDocument);
    });

    it('leaves no timer and no listener behind', async () => {
      const baseUrl = await listen((_request, response) => answerJson(response, sampleDocument));
      const controller = new AbortController();
      let listeners = 0;
      const { signal } = controller;
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
        listeners++;
        addEventListener.apply(signal, args);
      };
      signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
        listeners--;
        removeEventListener.apply(signal, args);
      };
      await new DocumentClient({ baseUrl }).get(ID, { signal });
      assert.equal(listeners, 0);
    });
  });

  describe('aborting', () => {
    const reason = new Error('The caller has had enough.');

    it('rejects at once when the signal is aborted already', async () => {
      let requests = 0;
      const baseUrl = await listen((_request, response) => {
        requests++;
        answerJson(response, sampleDocument);
      });
      await assert.rejects(new DocumentClient({ baseUrl }).get(ID, { signal: AbortSignal.abort(reason) }), reason);
      assert.equal(requests, 0);
    });

    it('rejects while waiting for the answer, and cuts the connection', async () => {
      const controller = new AbortController();
      let closed = false;
      const baseUrl = await listen((request) => {
        request.socket.on('close', () => (closed = true));
        controller.abort(reason);
      });
      await assert.rejects(new DocumentClient({ baseUrl }).get(ID, { signal: controller.signal }), reason);
      await until(() => closed);
    });

    it('rejects while the answer arrives', async () => {
      const controller = new AbortController();
      const baseUrl = await listen((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{');
        setTimeout(() => controller.abort(reason), 30);
      });
      await assert.rejects(new DocumentClient({ baseUrl }).health({ signal: controller.signal }), reason);
    });

    it('rejects in the pause before a repetition', async () => {
      const controller = new AbortController();
      const baseUrl = await listen((_request, response) => {
        answerProblem(response, 503, 'unavailable', { 'retry-after': '20' });
        setTimeout(() => controller.abort(reason), 50);
      });
      await assert.rejects(new DocumentClient({ baseUrl }).get(ID, { signal: controller.signal }), reason);
    });

    it('takes the signal of the raw client, too', async () => {
      const controller = new AbortController();
      const baseUrl = await listen(() => controller.abort(reason));
      const { api } = new DocumentClient({ baseUrl });
      await assert.rejects(api.GET('/health', { signal: controller.signal }), reason);
    });
  });

  describe('strange answers', () => {
    it('follows no redirect, and says where it led', async () => {
      let followed = 0;
      const elsewhere = await listen((_request, response) => {
        followed++;
        answerJson(response, sampleDocument);
      });
      const baseUrl = await listen((_request, response) => {
        response.writeHead(308, { location: `${elsewhere}/documents` }).end();
      });
      const client = new DocumentClient({ baseUrl, apiKey: 'secret' });
      for (const call of [() => client.get(ID), () => client.update(ID, { name: 'x' }), () => client.query()]) {
        await assert.rejects(call(), (error: unknown) => {
          assert(error instanceof ResponseError);
          assert.equal(error.status, 308);
          assert(error.message.includes(elsewhere), error.message);
          return true;
        });
      }
      await assert.rejects(client.upload(new Blob(['x']), { filename: 'x.txt' }), (error: unknown) => {
        return error instanceof ResponseError && error.message.includes('redirects');
      });
      assert.equal(followed, 0);
    });

    it('takes an error without a body, or with a page in it, for a foreign answer', async () => {
      for (const body of ['', '<html>Not found</html>']) {
        const baseUrl = await listen((_request, response) => {
          response.writeHead(404, { 'content-type': 'text/html', 'content-length': body.length }).end(body);
        });
        await assert.rejects(new DocumentClient({ baseUrl }).get(ID), (error: unknown) => {
          assert(error instanceof ResponseError);
          assert.equal(error.status, 404);
          assert.match(error.message, /not the answer of a Document Sync server/);
          return true;
        });
      }
    });

    it('takes a good answer that is no JSON for a foreign one', async () => {
      const bodies: [string, string][] = [
        ['text/html', '<html>Log in to the hotel network</html>'],
        ['application/json', '{"document_id":'],
        ['application/json', ''],
      ];
      for (const [type, body] of bodies) {
        const baseUrl = await listen((_request, response) => {
          response.writeHead(200, { 'content-type': type }).end(body);
        });
        await assert.rejects(new DocumentClient({ baseUrl }).get(ID), ResponseError);
      }
    });

    it('gives the whole problem to the caller', async () => {
      const baseUrl = await listen((_request, response) => answerProblem(response, 404, 'document_not_found'));
      await assert.rejects(new DocumentClient({ baseUrl }).get(ID), (error: unknown) => {
        assert(error instanceof ProblemError);
        assert.equal(error.message, 'It is document_not_found.');
        assert.equal(error.code, 'document_not_found');
        assert.equal(error.status, 404);
        assert.equal(error.requestId, 'request-1');
        assert.equal(error.retryAfterSeconds, undefined);
        assert.equal(error.problem.title, 'document_not_found');
        return true;
      });
    });

    it('leaves problems to the caller of the raw client as values', async () => {
      const baseUrl = await listen((_request, response) => answerProblem(response, 404, 'document_not_found'));
      const { api } = new DocumentClient({ baseUrl });
      const { data, error, response } = await api.GET('/documents/{document_id}/metadata', {
        params: { path: { document_id: ID } },
      });
      assert.equal(data, undefined);
      assert.equal(error.code, 'document_not_found');
      assert.equal(response.status, 404);
    });
  });
});
