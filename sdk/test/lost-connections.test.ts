import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { contentEtag, DocumentClient, NetworkError, ProblemError } from '../src/index.js';
import { type ServerProcess, startServer } from './server-process.js';

describe('lost connections to the server', () => {
  let server: ServerProcess;
  let client: DocumentClient;

  before(async function () {
    this.timeout(20_000);
    server = await startServer({ DOCUMENT_LOG_LEVEL: 'warn' });
    client = new DocumentClient({ baseUrl: server.url });
  });
  after(async () => {
    await server.stop();
  });

  const lost = (): never => {
    throw new TypeError('fetch failed', { cause: new Error('other side closed') });
  };

  /**
   * A client whose first change is carried out by the server, and whose connection is lost before the answer comes.
   *
   * @param meanwhile happens before the change is repeated
   */
  function losingAnswers(meanwhile?: () => Promise<unknown>): DocumentClient {
    let losses = 0;
    return new DocumentClient({
      baseUrl: server.url,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if ((input as Request).method === 'GET' || losses++ > 0) return response;
        await response.arrayBuffer();
        await meanwhile?.();
        return lost();
      },
    });
  }

  /** A client whose downloads are cut once, after some bytes. */
  function cuttingOnce(bytes: number, meanwhile: () => Promise<unknown>): DocumentClient {
    let cuts = 0;
    return new DocumentClient({
      baseUrl: server.url,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (cuts++ > 0 || response.body === null) return response;
        const { status, headers } = response;
        const beginning = new Uint8Array(await response.arrayBuffer());
        let sent = false;
        const body = new ReadableStream<Uint8Array>({
          async pull(stream) {
            if (sent) {
              await meanwhile();
              lost();
            }
            sent = true;
            stream.enqueue(beginning.slice(0, bytes));
          },
        });
        return new Response(body, { status, headers });
      },
    });
  }

  it('do not hide that a version was made', async () => {
    const document = await client.upload(new Blob(['first']), { filename: 'a.txt' });
    const id = document.document_id;
    const change = await losingAnswers().createVersion(id, new Blob(['second']), {
      ifMatch: contentEtag(document),
      filename: 'a.txt',
      message: 'Made once',
    });
    assert.deepEqual(
      [change.outcome, change.version, change.parents, change.message],
      ['created', 2, [1], 'Made once'],
    );
    assert.equal((await client.get(id)).version, 2);
    const back = await losingAnswers().rollback(id, 1, { ifMatch: contentEtag(change) });
    assert.deepEqual([back.outcome, back.version, back.checksum_sha256], ['created', 3, document.checksum_sha256]);
    assert.equal((await client.get(id)).version, 3);
  });

  it('never make an edit twice', async () => {
    const document = await client.upload(new Blob(['first\n']), { filename: 'a.txt' });
    const id = document.document_id;
    const text = async (): Promise<string> => await (await (await client.download(id)).blob()).text();
    const once = await losingAnswers().edit(id, [{ op: 'append', text: 'once\n' }], { ifMatch: contentEtag(document) });
    assert.deepEqual([once.outcome, once.version], ['created', 2]);
    assert.equal(await text(), 'first\nonce\n');
    // Whoever changes whatever is there has to look, because this client does not repeat it.
    const appending = losingAnswers().edit(id, [{ op: 'append', text: 'twice\n' }], { ifMatch: '*' });
    await assert.rejects(appending, NetworkError);
    assert.equal(await text(), 'first\nonce\ntwice\n');
  });

  it('do not pass somebody else’s version off as the caller’s, nor the caller’s as nobody’s', async () => {
    const theirs = (id: string) => (): Promise<unknown> =>
      client.createVersion(id, new Blob(['theirs']), { ifMatch: '*', filename: 'a.txt' });
    const { document_id: id, ...document } = await client.upload(new Blob(['first']), { filename: 'a.txt' });
    const options = { ifMatch: contentEtag(document), filename: 'a.txt' };
    const changes = [
      losingAnswers(theirs(id)).createVersion(id, new Blob(['mine']), options),
      losingAnswers(theirs(id)).edit(id, [{ op: 'append', text: 'mine' }], options),
    ];
    for (const change of changes) {
      await assert.rejects(change, (error: unknown) => {
        assert(error instanceof NetworkError, String(error));
        assert(error.cause instanceof ProblemError && error.cause.code === 'version_mismatch');
        return true;
      });
    }
  });

  it('leave a document deleted, purged and restored', async () => {
    const { document_id: id } = await client.upload(new Blob(['x']), { filename: 'a.txt' });
    await losingAnswers().delete(id);
    assert.equal((await losingAnswers().restore(id)).document_id, id);
    assert.equal((await client.get(id)).document_id, id);
    await losingAnswers().delete(id, { purge: true });
    await assert.rejects(client.restore(id), ProblemError);
  });

  it('do not keep a download from the version that it began with', async () => {
    const content = randomBytes(300_000);
    for (const version of [undefined, 1]) {
      const { document_id: id } = await client.upload(new Blob([content]), { filename: 'a.bin' });
      const replace = (): Promise<unknown> =>
        client.createVersion(id, new Blob([randomBytes(300_000)]), { ifMatch: '*', filename: 'a.bin' });
      const download = await cuttingOnce(1000, replace).download(id, { version });
      assert.equal(download.version, 1);
      assert(content.equals(Buffer.from(await (await download.blob()).arrayBuffer())));
      assert.equal((await client.get(id)).version, 2);
    }
  });
});
