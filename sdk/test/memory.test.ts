import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { answerJson, contentHeaders, sampleDocument, useLoopbackServers } from './loopback-server.js';

const MEBIBYTE = 1024 * 1024;
/** More than the bound below: a transfer that is held in memory as a whole breaks it. */
const CONTENT_BYTES = 256 * MEBIBYTE;
const BOUND_MEBIBYTES = 160;
const PROGRAM = fileURLToPath(new URL('./transfer-program.js', import.meta.url));

describe('memory of a large transfer', () => {
  const listen = useLoopbackServers();
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-memory-'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  async function peakMebibytes(...args: string[]): Promise<number> {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args]);
    return Number(stdout);
  }

  it('does not grow with an upload', async () => {
    const path = join(folder, 'large.bin');
    const file = await open(path, 'w');
    await file.truncate(CONTENT_BYTES);
    await file.close();
    let received = 0;
    const baseUrl = await listen((request, response) => {
      request.on('data', (chunk: Buffer) => (received += chunk.byteLength));
      request.on('end', () => answerJson(response, sampleDocument, 201));
    });
    for (const task of ['upload', 'stream', 'version']) {
      received = 0;
      const peak = await peakMebibytes(baseUrl, task, path, sampleDocument.document_id);
      assert(received > CONTENT_BYTES);
      assert(peak < BOUND_MEBIBYTES, `${task}: ${peak} MiB`);
    }
  });

  it('does not grow with a download', async () => {
    const chunk = Buffer.alloc(MEBIBYTE);
    const hash = createHash('sha256');
    for (let sent = 0; sent < CONTENT_BYTES; sent += MEBIBYTE) hash.update(chunk);
    const headers = {
      ...contentHeaders(chunk),
      'content-length': String(CONTENT_BYTES),
      'repr-digest': `sha-256=:${hash.digest('base64')}:`,
    };
    const baseUrl = await listen((_request, response) => {
      response.writeHead(200, headers);
      let sent = 0;
      const send = (): void => {
        while (sent < CONTENT_BYTES) {
          sent += MEBIBYTE;
          if (!response.write(chunk)) return void response.once('drain', send);
        }
        response.end();
      };
      send();
    });
    const peak = await peakMebibytes(baseUrl, 'download', join(folder, 'pulled.bin'), 'doc_0123456789ab');
    assert(peak < BOUND_MEBIBYTES, `${peak} MiB`);
  });
});
