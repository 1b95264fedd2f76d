import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';

import { answerJson, bodyOf, sampleDocument, unusedUrl, useLoopbackServers } from '../test/loopback-server.js';
import { DocumentClient, type TransferProgress, type UploadOptions, type UploadSource } from './index.js';

const MEBIBYTE = 1024 * 1024;

describe('upload', () => {
  const listen = useLoopbackServers();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-upload-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** Uploads and answers with what the server got, the boundary written as `BOUNDARY`. */
  async function received(source: UploadSource, options: UploadOptions = {}) {
    let headers: IncomingMessage['headers'] = {};
    let body = '';
    const baseUrl = await listen((request, response) => {
      headers = request.headers;
      void bodyOf(request).then((bytes) => {
        const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? 'none';
        body = bytes.toString().replaceAll(boundary, 'BOUNDARY');
        answerJson(response, sampleDocument, 201);
      });
    });
    const document = await new DocumentClient({ baseUrl }).upload(source, options);
    return { document, headers, body };
  }

  it('sends the fields before the file, with the length of the whole', async () => {
    const path = join(folder, 'architecture.md');
    await writeFile(path, '# Größe\n');
    const { document, headers, body } = await received(path, {
      name: 'Größe',
      tags: ['design', 'docs'],
      description: 'Two\nlines.',
      contentType: 'text/markdown',
    });
    assert.deepEqual(document, sampleDocument);
    assert.equal(
      body,
      [
        '--BOUNDARY',
        'Content-Disposition: form-data; name="name"',
        '',
        'Größe',
        '--BOUNDARY',
        'Content-Disposition: form-data; name="tags"',
        '',
        'design,docs',
        '--BOUNDARY',
        'Content-Disposition: form-data; name="description"',
        '',
        'Two\nlines.',
        '--BOUNDARY',
        'Content-Disposition: form-data; name="file"; filename="architecture.md"',
        'Content-Type: text/markdown',
        '',
        '# Größe\n',
        '--BOUNDARY--',
        '',
      ].join('\r\n'),
    );
    assert(Number(headers['content-length']) > body.length, 'the boundary is longer than the word BOUNDARY');
    assert.equal(headers['transfer-encoding'], undefined);
  });

  it('leaves out what was not given, and does not break at quotes and line breaks', async () => {
    const { body } = await received(new Blob(['x']), { filename: 'a "b"\\c\r\nd.txt', tags: [] });
    assert.equal(
      body,
      '--BOUNDARY\r\nContent-Disposition: form-data; name="file"; filename="a \\"b\\"\\\\c%0D%0Ad.txt"\r\n' +
        'Content-Type: application/octet-stream\r\n\r\nx\r\n--BOUNDARY--\r\n',
    );
  });

  it('takes every kind of source', async () => {
    const file = (body: string): string => /\r\n\r\n(.*)\r\n--BOUNDARY--/s.exec(body)?.[1] ?? 'none';
    async function* generate(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('gene');
      await Promise.resolve();
      yield Buffer.from('rated');
    }
    await writeFile(join(folder, 'empty'), '');
    const sources: [UploadSource, UploadOptions, string][] = [
      [new Blob(['blob'], { type: 'text/plain' }), { filename: 'a' }, 'blob'],
      [new File(['file'], 'named.txt'), {}, 'file'],
      [new Blob(['web stream']).stream(), { filename: 'a' }, 'web stream'],
      [Readable.from([Buffer.from('node '), Buffer.from('stream')]), { filename: 'a' }, 'node stream'],
      [generate(), { filename: 'a' }, 'generated'],
      [join(folder, 'empty'), {}, ''],
    ];
    for (const [source, options, expected] of sources) {
      const { body } = await received(source, options);
      assert.equal(file(body), expected);
    }
    const { body, headers } = await received(new Blob(['x']).stream(), { filename: 'stream.txt' });
    assert.match(body, /filename="stream.txt"/);
    assert.equal(headers['transfer-encoding'], 'chunked');
  });

  it('reads what has no size: a named pipe', async function () {
    if (process.platform === 'win32') this.skip();
    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const writing = writeFile(pipe, 'through the pipe');
    const { body } = await received(pipe, { filename: 'piped.txt' });
    await writing;
    assert.match(body, /through the pipe/);
  });

  it('says what is wrong with a source before it connects', async () => {
    const client = new DocumentClient({ baseUrl: await unusedUrl() });
    await assert.rejects(client.upload(new Blob(['x'])), /^TypeError: a Blob that is no File has no file name/);
    await assert.rejects(client.upload(new Blob(['x']).stream()), /^TypeError: a stream has no file name/);
    await assert.rejects(client.upload(new Blob(['x']), { filename: 'a', tags: ['a,b'] }), /^TypeError: The tag "a,b"/);
    await assert.rejects(client.upload(42 as unknown as string, { filename: 'a' }), TypeError);
    await assert.rejects(client.upload(join(folder, 'none')), { code: 'ENOENT' });
    await assert.rejects(client.upload(folder), { code: 'EISDIR' });
  });

  it('reports progress in bytes of the content', async () => {
    const path = join(folder, 'large.bin');
    await writeFile(path, Buffer.alloc(MEBIBYTE));
    const seen: TransferProgress[] = [];
    await received(path, { onProgress: (progress) => seen.push(progress) });
    assert.deepEqual(seen[0], { transferredBytes: 0, totalBytes: MEBIBYTE });
    assert.deepEqual(seen.at(-1), { transferredBytes: MEBIBYTE, totalBytes: MEBIBYTE });
    assert(seen.length > 8);
    for (const [index, { transferredBytes }] of seen.entries()) {
      assert(index === 0 || transferredBytes > (seen[index - 1]?.transferredBytes ?? Infinity));
    }
    seen.length = 0;
    await received(new Blob(['12345']).stream(), { filename: 'a', onProgress: (progress) => seen.push(progress) });
    assert.deepEqual(seen, [{ transferredBytes: 0 }, { transferredBytes: 5 }]);
  });
});
