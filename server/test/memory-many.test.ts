/** What the server holds of many documents that come or go in one request. A process of its own, to be measured. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchUploadResult, manifest, postBatch } from './batch-client.js';
import { push } from './documents-client.js';
import { BOUNDARY, FORM_TYPE } from './form-body.js';
import { ServerProcess } from './server-process.js';

const MEBIBYTE = 1024 * 1024;
const DOCUMENTS = 16;
const DOCUMENT_BYTES = 32 * MEBIBYTE;
/** What is held as a whole, or waits in a socket that nobody reads, takes half a gigabyte. */
const GROWTH_LIMIT_BYTES = 80 * MEBIBYTE;

describe('half a gigabyte in one request', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  before(async () => {
    server = await ServerProcess.start({ environment: { DOCUMENT_LOG_LEVEL: 'silent' } });
    const { checksum_sha256 } = await push(server, randomBytes(DOCUMENT_BYTES), { filename: '0.bin' });
    const items = Array.from({ length: DOCUMENTS - 1 }, (_, index) => ({
      checksum_sha256,
      original_filename: `${index + 1}.bin`,
    }));
    const { status } = await postBatch(server, manifest({ items }));
    assert.equal(status, 200);
  });
  after(() => server.dispose());

  const residentBytes = (): number =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) * 1024;

  /** The files of the store, but for those of the database, with the content that all documents share. */
  const contents = (): string[] =>
    readdirSync(server.storageDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('documents.db'))
      .map((entry) => path.join(entry.parentPath, entry.name));

  async function open(format: string): Promise<http.IncomingMessage> {
    const [response] = (await once(http.get(`${server.url}/archive?format=${format}`), 'response')) as [
      http.IncomingMessage,
    ];
    assert.equal(response.statusCode, 200);
    return response;
  }

  for (const format of ['zip', 'tar']) {
    it(`goes out as a ${format} without growing in memory, and is no file on the way`, async () => {
      const before = { bytes: residentBytes(), contents: contents() };
      let [received, seen, most] = [0, 0, 0];
      for await (const chunk of await open(format)) {
        received += (chunk as Buffer).length;
        if (received - seen < 16 * MEBIBYTE) continue;
        seen = received;
        most = Math.max(most, residentBytes());
        assert.deepEqual(contents(), before.contents);
      }
      assert.ok(received > DOCUMENTS * DOCUMENT_BYTES, `${received} bytes`);
      const growth = most - before.bytes;
      assert.ok(growth < GROWTH_LIMIT_BYTES, `${Math.round(growth / MEBIBYTE)} MiB more`);
    });
  }

  it('waits for a client that does not read', async () => {
    const before = residentBytes();
    const response = await open('tar');
    response.pause();
    await sleep(1500);
    const growth = residentBytes() - before;
    response.destroy();
    assert.ok(growth < GROWTH_LIMIT_BYTES, `${Math.round(growth / MEBIBYTE)} MiB more`);
  });

  it('comes in as a batch without growing in memory', async () => {
    const before = residentBytes();
    const asked = http.request(`${server.url}/batch/documents`, {
      method: 'POST',
      headers: { 'content-type': FORM_TYPE },
    });
    const answered = once(asked, 'response') as Promise<[http.IncomingMessage]>;
    let most = 0;
    const send = async (...pieces: (string | Buffer)[]): Promise<void> => {
      for (const piece of pieces) if (!asked.write(piece)) await once(asked, 'drain');
      most = Math.max(most, residentBytes());
    };
    const partHead = (name: string): string => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`;
    const piece = randomBytes(MEBIBYTE);
    const names = Array.from({ length: DOCUMENTS }, (_, index) => `f${index}`);
    for (const name of names) {
      await send(`${partHead(name)}; filename="${name}"\r\n\r\n`, name);
      for (let sent = 0; sent < DOCUMENT_BYTES; sent += MEBIBYTE) await send(piece);
      await send('\r\n');
    }
    const items = names.map((file) => ({ file }));
    asked.end(`${partHead('manifest')}\r\n\r\n${JSON.stringify({ items })}\r\n--${BOUNDARY}--\r\n`);
    const [response] = await answered;
    const { created } = (await json(response)) as BatchUploadResult;
    assert.equal(created, DOCUMENTS);
    const growth = Math.max(most, residentBytes()) - before;
    assert.ok(growth < GROWTH_LIMIT_BYTES, `${Math.round(growth / MEBIBYTE)} MiB more`);
  });
});
