/** Uploads over servers that are killed, and over two servers on one folder. */
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { sha256, type Document } from './documents-client.js';
import { eventually } from './eventually.js';
import { sendFrom } from './piece-sender.js';
import { expectProblem } from './problem.js';
import { RawConnection } from './raw-connection.js';
import { ServerProcess } from './server-process.js';
import { beginUpload, look, offsetOf, pieceHead, sendPiece } from './uploads-client.js';

const MEBIBYTE = 1024 * 1024;
const ENVIRONMENT = { DOCUMENT_LOG_LEVEL: 'error' };

describe('an upload', () => {
  let storageDir: string;
  const servers: ServerProcess[] = [];

  beforeEach(async () => {
    storageDir = await mkdtemp(path.join(tmpdir(), 'document-server-uploads-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.dispose();
    await rm(storageDir, { recursive: true, force: true });
  });

  async function start(): Promise<ServerProcess> {
    const server = await ServerProcess.start({ storageDir, environment: ENVIRONMENT });
    servers.push(server);
    return server;
  }

  /** The one document of this name; there must not be two. */
  async function theDocument(server: ServerProcess, name: string): Promise<Document> {
    const found = (await request(server.url).get('/documents').query({ name }).expect(200)).body as Document[];
    assert.equal(found.length, 1, `${found.length} documents ${name}`);
    return found[0] as Document;
  }

  it('goes on where a killed server got to', async () => {
    const content = randomBytes(24 * MEBIBYTE);
    let server = await start();
    const location = await beginUpload(server, content.length, { name: 'killed', checksum_sha256: sha256(content) });
    const sending = sendFrom(server.url, location, content, 0, content.length / 2);
    await eventually(async () => {
      const { offset_bytes } = await look(server, location);
      assert.ok(offset_bytes > MEBIBYTE, `${offset_bytes}`);
    }, 10_000);
    server.signal('SIGKILL');
    await Promise.all([server.exited, sending]);
    server = await start();
    const kept = await offsetOf(server, location);
    const file = await readFile(path.join(storageDir, '.uploads', 'default', path.basename(location)));
    assert.ok(kept > MEBIBYTE && kept <= content.length / 2, `${kept}`);
    assert.ok(file.equals(content.subarray(0, kept)), 'the server tells of more than is there, or of something else');
    const { ending } = await sendFrom(server.url, location, content, await offsetOf(server, location));
    assert.ok(ending !== 'cut' && ending.status === 204);
    assert.equal((await theDocument(server, 'killed')).checksum_sha256, sha256(content));
  }).timeout(60_000);

  it('whose server is killed at its very end becomes one document, not two and not none', async () => {
    const content = randomBytes(3 * MEBIBYTE);
    let server = await start();
    for (let round = 0; round < 3; round += 1) {
      const names = Array.from({ length: 6 }, (_, index) => `end-${round}-${index}`);
      const locations = await Promise.all(names.map((name) => beginUpload(server, content.length, { name })));
      for (const location of locations) await sendPiece(server, location, 0, content.subarray(0, -1));
      const last = locations.map((location) => sendFrom(server.url, location, content, content.length - 1));
      // Some have answered by then, some are hashed or recorded, and of some the last byte has not been read.
      await Promise.race([...last, sleep(1000)]);
      await sleep(randomInt(0, 20));
      server.signal('SIGKILL');
      await Promise.all([server.exited, ...last]);
      server = await start();
      for (const [index, location] of locations.entries()) {
        const offset = await offsetOf(server, location);
        if (offset < content.length) await sendPiece(server, location, offset, content.subarray(offset));
        // What waits for the index after the kill may get there between the two looks.
        await eventually(async () => {
          const upload = await look(server, location);
          const document = await theDocument(server, names[index] ?? '');
          assert.deepEqual(upload.document, document);
          assert.equal(document.checksum_sha256, sha256(content));
        });
      }
    }
  }).timeout(60_000);

  it('may come through two servers on one folder, one at a time', async () => {
    const content = randomBytes(MEBIBYTE);
    const [one, other] = [await start(), await start()];
    const location = await beginUpload(one, content.length, { name: 'two servers' });
    await sendPiece(one, location, 0, content.subarray(0, 300_000));
    assert.equal(await offsetOf(other, location), 300_000);
    await sendPiece(other, location, 300_000, content.subarray(300_000, 500_000));

    // What one server is receiving, the other does not touch; and a killed one leaves no lock behind.
    const hanging = await RawConnection.open(one.port);
    await hanging.write(pieceHead(location, 500_000, content.length - 500_000));
    await hanging.write(content.subarray(500_000, 600_000));
    await eventually(async () => {
      assert.equal(await offsetOf(other, location), 600_000);
    });
    expectProblem(await sendPiece(other, location, 600_000, 'x'), 423, 'upload_locked');
    expectProblem(await request(other.url).delete(location), 423, 'upload_locked');
    one.signal('SIGKILL');
    await one.exited;
    hanging.destroy();
    const offset = await offsetOf(other, location);
    const answer = await sendPiece(other, location, offset, content.subarray(offset));
    assert.equal(answer.status, 204, answer.text);
    assert.equal((await theDocument(other, 'two servers')).checksum_sha256, sha256(content));
    assert.deepEqual(await readdir(path.join(storageDir, '.uploads', 'default')), []);
  }).timeout(60_000);
});
