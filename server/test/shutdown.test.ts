/** Ending the server by a signal: nothing that was answered is lost, nothing that runs is cut before its time. */
import assert from 'node:assert/strict';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { sha256, type Document } from './documents-client.js';
import { eventually } from './eventually.js';
import { file, FORM_TYPE, formBody } from './form-body.js';
import { RawConnection, requestHead } from './raw-connection.js';
import { ServerProcess } from './server-process.js';

const MEBIBYTE = 1024 * 1024;
const OK = { code: 0, signal: null };

describe('a signal', () => {
  const started: ServerProcess[] = [];
  async function start(graceSeconds: number, storageDir?: string): Promise<ServerProcess> {
    const environment = { DOCUMENT_SHUTDOWN_SECONDS: String(graceSeconds) };
    const server = await ServerProcess.start({ environment, ...(storageDir !== undefined && { storageDir }) });
    started.push(server);
    return server;
  }
  afterEach(async () => {
    for (const server of started.splice(0).reverse()) await server.dispose();
  });

  async function pushTo(server: ServerProcess, content: Buffer): Promise<Document> {
    const response = await request(server.url).post('/documents').attach('file', content, 'a.bin');
    assert.equal(response.status, 201);
    return response.body as Document;
  }
  /** Resolves when the server takes no more connections. */
  async function untilRefusing(server: ServerProcess): Promise<void> {
    await eventually(async () => {
      await assert.rejects(
        RawConnection.open(server.port).then((connection) => {
          connection.destroy();
        }),
      );
    });
  }
  async function secondsToEnd(server: ServerProcess): Promise<number> {
    const begun = performance.now();
    assert.deepEqual(await server.exited, OK);
    return (performance.now() - begun) / 1000;
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`${signal} ends an idle server at once with 0, its database closed`, async () => {
      const server = await start(10);
      await pushTo(server, Buffer.from('x'));
      server.signal(signal);
      assert.ok((await secondsToEnd(server)) < 2);
      const messages = server.log.map(({ msg }) => msg);
      assert.ok(messages.includes('stopping') && messages.includes('stopped'), server.stderr);
      // SQLite removes these when the last connection is closed in order.
      await assert.rejects(access(path.join(server.storageDir, 'documents.db-wal')));
      await assert.rejects(access(path.join(server.storageDir, 'documents.db-shm')));
    });
  }

  it('ends connections that are kept without a request on them at once', async () => {
    const server = await start(10);
    const connections = await Promise.all(Array.from({ length: 5 }, () => RawConnection.open(server.port)));
    for (const connection of connections.slice(1)) {
      await connection.write(requestHead('GET /health'));
      await connection.response();
    }
    server.signal('SIGTERM');
    assert.ok((await secondsToEnd(server)) < 2);
    for (const connection of connections) await connection.closed;
  });

  it('lets an upload that runs come to its end, and takes no new connection', async () => {
    const server = await start(10);
    const content = Buffer.alloc(8 * MEBIBYTE, 'finished after the signal; ');
    const body = formBody(file(content));
    const connection = await RawConnection.open(server.port);
    await connection.write(
      requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`),
    );
    await connection.write(body.subarray(0, 5 * MEBIBYTE));
    server.signal('SIGTERM');
    await untilRefusing(server);
    await connection.write(body.subarray(5 * MEBIBYTE));
    const response = await connection.response();
    assert.equal(response.status, 201);
    const { document_id } = response.body as Document;
    // The connection could be kept for another request; a server that is stopping does not wait for one.
    assert.ok((await secondsToEnd(server)) < 3, 'it waited after its last request was answered');
    const again = await start(10, server.storageDir);
    const stored = await request(again.url).get(`/documents/${document_id}/metadata`).expect(200);
    assert.equal((stored.body as Document).checksum_sha256, sha256(content));
  });

  it('lets a download that runs come to its end', async () => {
    const server = await start(10);
    const content = Buffer.alloc(32 * MEBIBYTE, 'read after the signal; ');
    const { document_id } = await pushTo(server, content);
    const connection = await RawConnection.open(server.port);
    connection.socket.pause();
    await connection.write(requestHead(`GET /documents/${document_id}`));
    await sleep(100);
    server.signal('SIGTERM');
    await untilRefusing(server);
    connection.socket.resume();
    const response = await connection.response();
    assert.equal(sha256(response.bytes), sha256(content));
    assert.ok((await secondsToEnd(server)) < 3, 'it waited after its last request was answered');
  });

  it('cuts what has not come to its end when the time is over, and still ends with 0 and nothing staged', async () => {
    const server = await start(1);
    const { document_id } = await pushTo(server, Buffer.alloc(32 * MEBIBYTE));
    const download = await RawConnection.open(server.port);
    download.socket.pause();
    await download.write(requestHead(`GET /documents/${document_id}`));
    const upload = await RawConnection.open(server.port);
    const body = formBody(file(Buffer.alloc(8 * MEBIBYTE)));
    await upload.write(requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, `Content-Length: ${body.length}`));
    await upload.write(body.subarray(0, 6 * MEBIBYTE));
    const staging = path.join(server.storageDir, '.staging');
    await eventually(async () => assert.equal((await readdir(staging)).length, 1));
    server.signal('SIGTERM');
    const seconds = await secondsToEnd(server);
    assert.ok(seconds > 0.8 && seconds < 4, `${seconds} s`);
    assert.deepEqual(await readdir(staging), []);
    download.destroy();
    upload.destroy();
    const again = await start(1, server.storageDir);
    const documents = (await request(again.url).get('/documents').expect(200)).body as Document[];
    assert.deepEqual(
      documents.map((document) => document.document_id),
      [document_id],
    );
  });

  it('cuts at once when there is no time', async () => {
    const server = await start(0);
    const connection = await RawConnection.open(server.port);
    await connection.write(requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Content-Length: 1000'));
    await sleep(50);
    server.signal('SIGTERM');
    assert.ok((await secondsToEnd(server)) < 2);
    await connection.closed;
  });

  it('is not put off by a client that sends one request after the other', async () => {
    const server = await start(8);
    const connection = await RawConnection.open(server.port);
    let answered = 0;
    const busy = (async () => {
      for (;;) {
        await connection.write(requestHead('GET /health'));
        assert.equal((await connection.response()).status, 200);
        answered += 1;
      }
    })().catch(() => undefined);
    await eventually(() => {
      assert.ok(answered > 10);
    });
    server.signal('SIGTERM');
    assert.ok((await secondsToEnd(server)) < 4, 'it served on until its time was over');
    await busy;
  });

  it('loses nothing that was answered under a storm of pushes', async () => {
    const server = await start(5);
    const answered: Document[] = [];
    let isStopped = false;
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let number = 0; !isStopped; number += 1) {
        const form = new FormData();
        form.set('file', new Blob([`client ${client}, content ${number}`]), 'storm.txt');
        const response = await fetch(`${server.url}/documents`, { method: 'POST', body: form }).catch(() => undefined);
        if (!response) return;
        assert.equal(response.status, 201);
        answered.push((await response.json()) as Document);
      }
    });
    await eventually(() => {
      assert.ok(answered.length > 50);
    });
    server.signal('SIGTERM');
    await server.exited.then((ending) => {
      isStopped = true;
      assert.deepEqual(ending, OK);
    });
    await Promise.allSettled(clients);
    const again = await start(5, server.storageDir);
    for (const { document_id, checksum_sha256 } of answered) {
      const bytes = await (await fetch(`${again.url}/documents/${document_id}`)).arrayBuffer();
      assert.equal(sha256(Buffer.from(bytes)), checksum_sha256);
    }
  });

  it('ends a server that is stopping at once when it comes again, whichever of the two it is', async () => {
    for (const second of ['SIGTERM', 'SIGINT'] as const) {
      const server = await start(30);
      const connection = await RawConnection.open(server.port);
      await connection.write(requestHead('POST /documents', `Content-Type: ${FORM_TYPE}`, 'Content-Length: 1000'));
      await sleep(50);
      server.signal('SIGTERM');
      await untilRefusing(server);
      const begun = performance.now();
      server.signal(second);
      await server.exited;
      assert.ok(performance.now() - begun < 3000, `${second} was not heard`);
    }
  });
});
