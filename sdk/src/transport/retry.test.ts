import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';

import {
  answerJson,
  answerProblem,
  bodyOf,
  recordRequests,
  sampleDocument,
  unusedUrl,
  useLoopbackServers,
} from '../../test/loopback-server.js';
import { DocumentClient, NetworkError, ProblemError } from '../index.js';

const ID = sampleDocument.document_id;

describe('repeating', () => {
  const listen = useLoopbackServers();

  /** Answers with these statuses one after the other, then with the document. */
  async function failing(...answers: [status: number, headers?: Record<string, string>][]) {
    const seen: string[] = [];
    const baseUrl = await listen((request, response) => {
      seen.push(request.method ?? '');
      void bodyOf(request).then(() => {
        const [status, headers] = answers[seen.length - 1] ?? [200];
        if (status === 200) answerJson(response, sampleDocument);
        else answerProblem(response, status, 'unavailable', headers);
      });
    });
    return { client: new DocumentClient({ baseUrl }), seen };
  }

  for (const status of [429, 502, 503, 504]) {
    it(`repeats a GET after ${status}`, async () => {
      const { client, seen } = await failing([status]);
      assert.deepEqual(await client.get(ID), sampleDocument);
      assert.deepEqual(seen, ['GET', 'GET']);
    });
  }

  it('gives up after `retries` repetitions, with the last answer', async () => {
    const { client, seen } = await failing([503], [503], [503, { 'retry-after': '7' }], [503]);
    await assert.rejects(client.get(ID), (error: unknown) => {
      assert(error instanceof ProblemError);
      assert.equal(error.retryAfterSeconds, 7);
      return true;
    });
    assert.equal(seen.length, 3);
  });

  it('does not repeat what is no passing trouble', async () => {
    for (const status of [400, 404, 500, 507]) {
      const { client, seen } = await failing([status]);
      await assert.rejects(client.get(ID), ProblemError);
      assert.equal(seen.length, 1, String(status));
    }
  });

  it('repeats a PATCH only when the server says that it did nothing', async () => {
    for (const status of [429, 503]) {
      const told = await failing([status, { 'retry-after': '0' }]);
      assert.deepEqual(await told.client.update(ID, { name: 'Other' }), sampleDocument);
      assert.deepEqual(told.seen, ['PATCH', 'PATCH']);
    }
    for (const answer of [
      [503, {}],
      [429, {}],
      [502, { 'retry-after': '0' }],
    ] satisfies [number, Record<string, string>][]) {
      const untold = await failing(answer);
      await assert.rejects(untold.client.update(ID, { name: 'Other' }), ProblemError);
      assert.equal(untold.seen.length, 1);
    }
  });

  it('waits as long as Retry-After says', async () => {
    for (const status of [429, 503]) {
      const { client } = await failing([status, { 'retry-after': '1' }]);
      const started = performance.now();
      await client.get(ID);
      assert(performance.now() - started >= 990);
    }
  });

  it('reports a Retry-After that nobody would wait for instead of waiting', async () => {
    const { client, seen } = await failing([503, { 'retry-after': '3600' }]);
    await assert.rejects(client.get(ID), (error: unknown) => {
      return error instanceof ProblemError && error.retryAfterSeconds === 3600;
    });
    assert.equal(seen.length, 1);
  });

  it('reads a date in Retry-After', async () => {
    const later = new Date(Date.now() + 90_000).toUTCString();
    const { client } = await failing([503, { 'retry-after': later }]);
    await assert.rejects(client.get(ID), (error: unknown) => {
      const seconds = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) : 0;
      return seconds > 80 && seconds <= 90;
    });
  });

  it('repeats a GET whose connection was lost, before or within the answer', async () => {
    let requests = 0;
    const baseUrl = await listen((request, response) => {
      requests++;
      if (requests === 1) return void request.socket.destroy();
      if (requests === 2) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{', () => request.socket.destroy());
        return;
      }
      answerJson(response, sampleDocument);
    });
    assert.deepEqual(await new DocumentClient({ baseUrl }).get(ID), sampleDocument);
    assert.equal(requests, 3);
  });

  it('does not repeat a PATCH whose connection was lost', async () => {
    let requests = 0;
    const baseUrl = await listen((request) => {
      requests++;
      request.socket.destroy();
    });
    await assert.rejects(new DocumentClient({ baseUrl }).update(ID, { name: 'Other' }), (error: unknown) => {
      assert(error instanceof NetworkError);
      assert.equal(error.refused, false);
      assert(error.cause instanceof Error);
      return true;
    });
    assert.equal(requests, 1);
  });

  it('repeats what was refused before a byte was sent, and says so in the end', async () => {
    const baseUrl = await unusedUrl();
    let attempts = 0;
    const client = new DocumentClient({
      baseUrl,
      retries: 1,
      fetch: (input, init) => {
        attempts++;
        return fetch(input, init);
      },
    });
    await assert.rejects(client.update(ID, { name: 'Other' }), (error: unknown) => {
      assert(error instanceof NetworkError);
      assert.equal(error.refused, true);
      assert.match(error.message, /^Cannot connect to http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\)\./);
      return true;
    });
    assert.equal(attempts, 2);
  });

  it('knows a refusal from a host name with several addresses', async () => {
    const baseUrl = (await unusedUrl()).replace('127.0.0.1', 'localhost');
    await assert.rejects(new DocumentClient({ baseUrl, retries: 0 }).health(), (error: unknown) => {
      return error instanceof NetworkError && error.refused;
    });
  });

  it('takes a repeated DELETE that finds nothing for done', async () => {
    let requests = 0;
    const baseUrl = await listen((request, response) => {
      if (++requests === 1) request.socket.destroy();
      else answerProblem(response, 404, 'document_not_found');
    });
    await new DocumentClient({ baseUrl }).delete(ID);
    assert.equal(requests, 2);
    // The first answer already: there never was such a document.
    await assert.rejects(new DocumentClient({ baseUrl }).delete(ID), ProblemError);
  });

  it('takes it for done after a proxy’s 502, too, and not when no attempt can have done it', async () => {
    const notFound = (response: ServerResponse): void => answerProblem(response, 404, 'document_not_found');
    const proxied = await recordRequests(listen, (response, earlier) => {
      if (earlier === 0) response.writeHead(502, { 'content-type': 'text/html' }).end('<p>Bad gateway');
      else notFound(response);
    });
    await new DocumentClient({ baseUrl: proxied.baseUrl }).delete(ID);
    assert.equal(proxied.requests.length, 2);

    const told = await recordRequests(listen, (response, earlier) => {
      if (earlier === 0) answerProblem(response, 503, 'unavailable', { 'retry-after': '0' });
      else notFound(response);
    });
    await assert.rejects(new DocumentClient({ baseUrl: told.baseUrl }).delete(ID), ProblemError);
    assert.equal(told.requests.length, 2);

    const late = await recordRequests(listen, notFound);
    const refused = await unusedUrl();
    let attempts = 0;
    const client = new DocumentClient({
      baseUrl: late.baseUrl,
      fetch: (input, init) => (++attempts === 1 ? fetch(refused, { method: 'DELETE' }) : fetch(input, init)),
    });
    await assert.rejects(client.delete(ID), ProblemError);
    assert.equal(attempts, 2);
  });

  it('repeats a restore, which the contract allows', async () => {
    const { baseUrl, requests } = await recordRequests(listen, (response, earlier) => {
      if (earlier === 0) response.destroy();
      else answerJson(response, sampleDocument);
    });
    assert.deepEqual(await new DocumentClient({ baseUrl }).restore(ID), sampleDocument);
    assert.deepEqual(
      requests.map(({ method }) => method),
      ['POST', 'POST'],
    );
  });
});
