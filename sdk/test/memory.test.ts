import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { answerJson, answerProblem, contentHeaders, sampleDocument, useLoopbackServers } from './loopback-server.js';

const MEBIBYTE = 1024 * 1024;
/** More than the bound below: a transfer that is held in memory as a whole breaks it. */
const CONTENT_BYTES = 256 * MEBIBYTE;
const BOUND_MEBIBYTES = 160;
/** How many files of 64 KiB go into a batch. */
const BATCH_FILES = 128;
const PROGRAM = fileURLToPath(new URL('./transfer-program.js', import.meta.url));

describe('memory of a large transfer', function () {
  this.timeout(60_000);
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
    await writeFile(`${path}.small`, Buffer.alloc(64 * 1024, 'x'));
    let received = 0;
    const baseUrl = await listen((request, response) => {
      request.on('data', (chunk: Buffer) => (received += chunk.byteLength));
      request.on('end', () => answerUpload(request, response));
    });
    for (const task of ['upload', 'stream', 'version', 'resumable', 'many']) {
      received = 0;
      const peak = await peakMebibytes(baseUrl, task, path, sampleDocument.document_id);
      assert(received >= CONTENT_BYTES, `${task}: ${received} bytes came`);
      assert(peak < BOUND_MEBIBYTES, `${task}: ${peak} MiB`);
    }
  });

  /** Answers everything as if it had been stored: a form, a batch, and the few requests of tus. */
  function answerUpload({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
    if (url === '/batch/documents') {
      const results = Array.from({ length: BATCH_FILES }, () => ({ status: 201, document: sampleDocument }));
      answerJson(response, { created: BATCH_FILES, failed: 0, results, unexpected_files: [] });
    } else if (url === '/uploads') {
      response.writeHead(201, { location: `/uploads/${'0'.repeat(32)}` }).end();
    } else if (method === 'PATCH') {
      response.writeHead(204).end();
    } else if (method === 'GET') {
      const offset_bytes = CONTENT_BYTES;
      answerJson(response, {
        upload_id: '0'.repeat(32),
        offset_bytes,
        size_bytes: offset_bytes,
        document: sampleDocument,
      });
    } else if (headers['content-type'] === 'application/json') {
      answerProblem(response, 404, 'content_not_found');
    } else {
      answerJson(response, sampleDocument, 201);
    }
  }

  it('does not grow with a download', async () => {
    const chunk = Buffer.alloc(MEBIBYTE);
    const hash = createHash('sha256');
    for (let sent = 0; sent < CONTENT_BYTES; sent += MEBIBYTE) hash.update(chunk);
    const digest = hash.digest();
    const headers = {
      ...contentHeaders(chunk),
      'content-length': String(CONTENT_BYTES),
      'repr-digest': `sha-256=:${digest.toString('base64')}:`,
      etag: `"${digest.toString('hex')}"`,
    };
    const baseUrl = await listen((request, response) => {
      if (request.headers['if-none-match'] !== undefined) {
        response.writeHead(304, headers).end();
        return;
      }
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
    for (const task of ['download', 'cached']) {
      const peak = await peakMebibytes(baseUrl, task, join(folder, 'pulled.bin'), 'doc_0123456789ab');
      assert(peak < BOUND_MEBIBYTES, `${task}: ${peak} MiB`);
    }
  });
});
