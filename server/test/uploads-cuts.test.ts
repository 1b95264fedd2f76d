/** Connections that break while pieces arrive, and several senders at once: nothing is lost, and little is sent twice. */
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import request from 'supertest';
import { Upload as TusUpload } from 'tus-js-client';
import { pull, sha256 } from './documents-client.js';
import { eventually } from './eventually.js';
import { sendFrom } from './piece-sender.js';
import { expectProblem } from './problem.js';
import { RawConnection } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';
import { beginUpload, look, offsetOf, pieceHead, sendPiece } from './uploads-client.js';

const MEBIBYTE = 1024 * 1024;

describe('an upload whose connections break', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  async function digestOf(document_id: string): Promise<string> {
    const response = await fetch(`${server.url}/documents/${document_id}`);
    const hash = createHash('sha256');
    for await (const chunk of response.body ?? []) hash.update(chunk as Uint8Array);
    return hash.digest('hex');
  }

  /** Sends `content` over connections that are cut as often as `cuts` says; returns how many bytes that took. */
  async function sendThrough(location: string, content: Buffer, cuts: number[]): Promise<number> {
    let sent = 0;
    for (;;) {
      const offset = await offsetOf(server, location);
      assert.ok(offset <= content.length);
      const piece = await sendFrom(server.url, location, content, offset, cuts.shift());
      sent += piece.sent_bytes;
      if (piece.ending === 'cut') continue;
      if (piece.ending.status === 204) return sent;
      // What the last connection had sent was still on its way to the disk when we asked.
      assert.ok([409, 423].includes(piece.ending.status), String(piece.ending.status));
    }
  }

  it('at five random places of 200 MB ends up whole, with a tenth more sent at the most', async () => {
    const content = Buffer.concat(Array.from({ length: 200 }, () => randomBytes(MEBIBYTE)));
    const checksum_sha256 = sha256(content);
    const location = await beginUpload(server, content.length, { checksum_sha256 });
    const cuts = Array.from({ length: 5 }, () => randomInt(Math.floor(content.length / 6)));
    const sent = await sendThrough(location, content, [...cuts]);
    const { document } = await look(server, location);
    assert.equal(document?.checksum_sha256, checksum_sha256);
    assert.equal(await digestOf(document.document_id), checksum_sha256);
    assert.ok(sent <= content.length * 1.1, `${sent} bytes sent, cut after ${cuts.join()}`);
  }).timeout(60_000);

  it('again and again, at any place, never claims more than is there', async () => {
    for (let round = 0; round < 25; round += 1) {
      const content = randomBytes(randomInt(1, 400_000));
      const cuts = Array.from({ length: 6 }, () => randomInt(1 + Math.floor(content.length / 3)));
      const location = await beginUpload(server, content.length);
      await sendThrough(location, content, [...cuts]);
      const { document } = await look(server, location);
      assert.equal(document?.checksum_sha256, sha256(content), `${content.length} bytes, cut after ${cuts.join()}`);
    }
  });

  it('is carried on by a client that knows nothing but the protocol', async () => {
    const content = randomBytes(3 * MEBIBYTE);
    const stops = [100_000, 1_000_000, 2_500_000];
    let url: string | undefined;
    for (;;) {
      const stopAt = stops.shift() ?? Infinity;
      const isDone = await new Promise<boolean>((resolve, reject) => {
        const upload = new TusUpload(content, {
          endpoint: `${server.url}/uploads`,
          ...(url !== undefined && { uploadUrl: url }),
          chunkSize: 400_000,
          retryDelays: [0, 50, 200],
          metadata: { filename: 'from tus-js-client.bin', tags: 'tus' },
          onError: reject,
          onSuccess: () => {
            resolve(true);
          },
          onProgress: (sent) => {
            if (sent < stopAt) return;
            void upload.abort().then(() => {
              resolve(false);
            });
          },
          onUploadUrlAvailable: () => {
            url = upload.url ?? undefined;
          },
        });
        upload.start();
      });
      if (isDone) break;
    }
    const { document } = await look(server, new URL(url ?? '').pathname);
    assert.equal(document?.checksum_sha256, sha256(content));
    assert.deepEqual([document.name, document.tags], ['from tus-js-client.bin', ['tus']]);
  });

  it('can be given up by such a client', async () => {
    const upload = new TusUpload(Buffer.alloc(10), { endpoint: `${server.url}/uploads`, metadata: { filename: 'a' } });
    await new Promise<void>((resolve, reject) => {
      Object.assign(upload.options, { onSuccess: resolve, onError: reject });
      upload.start();
    });
    const url = upload.url ?? '';
    await TusUpload.terminate(url);
    assert.equal((await fetch(url)).status, 404);
  });

  it('and hang is taken over at once by the next request, and the one before is told', async () => {
    const content = randomBytes(100_000);
    const location = await beginUpload(server, content.length);
    const hanging = await RawConnection.open(server.port);
    await hanging.write(pieceHead(location, 0, content.length));
    await hanging.write(content.subarray(0, 40_000));
    await eventually(async () => {
      assert.equal(await offsetOf(server, location), 40_000);
    });
    const startedAt = performance.now();
    const answer = await sendPiece(server, location, 40_000, content.subarray(40_000));
    assert.equal(answer.status, 204, answer.text);
    assert.ok(performance.now() - startedAt < 2000);
    expectProblem(await hanging.response(), 423, 'upload_locked');
    hanging.destroy();
    assert.deepEqual(await pull(server, answer.headers['x-document-id'] ?? ''), content);
  });

  it('and hang can be given up', async () => {
    const location = await beginUpload(server, 1000);
    const hanging = await RawConnection.open(server.port);
    await hanging.write(`${pieceHead(location, 0, 1000)}abc`);
    await eventually(async () => {
      assert.equal(await offsetOf(server, location), 3);
    });
    await request(server.url).delete(location).expect(204);
    expectProblem(await hanging.response(), 423, 'upload_locked');
    hanging.destroy();
    expectProblem(await request(server.url).get(location), 404, 'upload_not_found');
  });

  it('is not disturbed by who only looks', async () => {
    const location = await beginUpload(server, 10);
    const slow = await RawConnection.open(server.port);
    await slow.write(pieceHead(location, 0, 10));
    for (let sent = 1; sent <= 2; sent += 1) {
      await slow.write('x');
      await eventually(async () => {
        assert.equal((await look(server, location)).offset_bytes, sent);
      });
      assert.equal(await offsetOf(server, location), sent);
    }
    await slow.write('x'.repeat(8));
    assert.equal((await slow.response({ bodiless: true })).status, 204);
    slow.destroy();
  });

  it('keeps its bytes in order when many send it at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const content = randomBytes(MEBIBYTE);
      const location = await beginUpload(server, content.length);
      const sender = async (): Promise<void> => {
        for (;;) {
          const offset = await offsetOf(server, location);
          const { ending } = await sendFrom(server.url, location, content, offset, randomInt(MEBIBYTE));
          if (ending !== 'cut' && ending.status === 204) return;
          if (ending !== 'cut') assert.ok([409, 423].includes(ending.status), String(ending.status));
        }
      };
      await Promise.all([sender(), sender(), sender(), sender()]);
      const { document } = await look(server, location);
      assert.equal(document?.checksum_sha256, sha256(content));
    }
  });
});
