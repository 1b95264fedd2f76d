import assert from 'node:assert/strict';

import { DocumentClient, ProblemError } from '../src/index.js';
import { type ServerProcess, startServer } from './server-process.js';

/** Half of it at once, and one a second: the SDK has to wait no longer than a test may take. */
const PER_MINUTE = 120;

describe('the SDK against a server with rate limits', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  let answers: number[];
  let client: DocumentClient;
  beforeEach(async () => {
    server = await startServer({
      DOCUMENT_RATE_READ: String(PER_MINUTE),
      DOCUMENT_RATE_WRITE: String(PER_MINUTE),
      DOCUMENT_LOG_LEVEL: 'silent',
    });
    answers = [];
    client = new DocumentClient({
      baseUrl: server.url,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        answers.push(response.status);
        return response;
      },
    });
  });
  afterEach(() => server.stop());

  /** Asks until the limit was met once. */
  async function meetLimit(ask: () => Promise<unknown>): Promise<void> {
    while (!answers.includes(429)) {
      assert.ok(answers.length < PER_MINUTE);
      await ask();
    }
  }

  it('waits as it is told and asks again, so that its caller notices nothing but the time', async () => {
    const began = performance.now();
    await meetLimit(() => client.query({}));
    assert.equal(answers.at(-1), 200);
    assert.ok(performance.now() - began > 900);
  });

  it('sends a push again, of which the server took nothing, and leaves one document of each', async () => {
    let pushed = 0;
    await meetLimit(async () => {
      pushed += 1;
      await client.upload(new Blob([`content ${pushed}`]), { filename: `${pushed}.txt` });
    });
    assert.equal(answers.at(-1), 201);
    assert.equal((await client.query({ limit: 100 })).documents.length, pushed);
  });

  it('does not send again what it cannot read again', async () => {
    await meetLimit(() => client.upload(new Blob(['x']), { filename: 'x.txt' }));
    const stream = (): ReadableStream<Uint8Array> => new Blob(['once only']).stream();
    let refusal: unknown;
    for (let count = 0; refusal === undefined && count < PER_MINUTE; count += 1) {
      answers = [];
      await client.upload(stream(), { filename: 'stream.txt' }).catch((error: unknown) => (refusal = error));
    }
    assert(refusal instanceof ProblemError);
    assert.equal(refusal.code, 'rate_limited');
    assert.ok((refusal.retryAfterSeconds ?? 0) >= 1);
    assert.deepEqual(answers, [429]);
  });
});
