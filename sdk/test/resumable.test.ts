import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, open, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  contentEtag,
  type Document,
  DocumentClient,
  type DocumentClientOptions,
  NetworkError,
  SourceChangedError,
  type TransferProgress,
  uploadMemoryIn,
} from '../src/index.js';
import { startCuttingProxy } from './cutting-proxy.js';
import { refusedAs } from './refusals.js';
import { type ServerProcess, startServer } from './server-process.js';

const MEBIBYTE = 1024 * 1024;

describe('uploads that go on, against the server', () => {
  let server: ServerProcess;
  let folder: string;
  let memory: string;

  before(async function () {
    this.timeout(20_000);
    server = await startServer({ DOCUMENT_LOG_LEVEL: 'fatal' });
    folder = await mkdtemp(join(tmpdir(), 'sdk-resumable-'));
    memory = join(folder, 'memory');
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** A client that remembers on the disk, as each new process has one. */
  function clientOf(options: DocumentClientOptions = {}): DocumentClient {
    return new DocumentClient({
      baseUrl: server.url,
      resumableFromBytes: 0,
      uploadMemory: uploadMemoryIn(memory),
      ...options,
    });
  }

  /** A client that keeps a list of what it asks. */
  function watchedClient(options: DocumentClientOptions = {}): { client: DocumentClient; asked: string[] } {
    const asked: string[] = [];
    const client = clientOf({
      ...options,
      fetch: async (input, init) => {
        const { method, url } = input as Request;
        const response = await fetch(input, init);
        asked.push(`${method} ${new URL(url).pathname.split('/')[1]} ${response.status}`);
        return response;
      },
    });
    return { client, asked };
  }

  async function randomFile(name: string, bytes: number): Promise<string> {
    const path = join(folder, name);
    const file = await open(path, 'w');
    for (let written = 0; written < bytes; written += MEBIBYTE) {
      await file.write(randomBytes(Math.min(MEBIBYTE, bytes - written)));
    }
    await file.close();
    return path;
  }

  async function sha256Of(path: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  }

  /** Breaks an upload off by its own signal after some bytes; what has arrived stays remembered. */
  async function breakOff(path: string, after: number, options: object = {}): Promise<void> {
    const controller = new AbortController();
    const onProgress = ({ transferredBytes }: TransferProgress): void => {
      if (transferredBytes > after) controller.abort();
    };
    const upload = clientOf().upload(path, { ...options, signal: controller.signal, onProgress });
    await assert.rejects(upload, { name: 'AbortError' });
  }

  it('send 200 MB over a line that breaks five times, with hardly a byte more', async function () {
    this.timeout(120_000);
    const size = 200 * 1000 * 1000;
    const path = await randomFile('large.bin', size);
    const points = Array.from({ length: 5 }, () => Math.floor(Math.random() * size)).sort((a, b) => a - b);
    const proxy = await startCuttingProxy(server.url, points);
    try {
      // One that goes on by itself, and one that gives up at the first cut, as a process does that is killed.
      const steady = (): DocumentClient => clientOf({ baseUrl: proxy.url });
      const giving = (): DocumentClient => clientOf({ baseUrl: proxy.url, retries: 0 });
      await assert.rejects(giving().upload(path), NetworkError, points.join());
      assert.equal(proxy.cuts(), 1);
      assert.equal((await readdir(memory)).length, 1);
      const seen: number[] = [];
      const document = await steady().upload(path, { onProgress: (progress) => seen.push(progress.transferredBytes) });
      assert.equal(proxy.cuts(), 5, points.join());
      assert.equal(document.checksum_sha256, await sha256Of(path));
      assert.equal(document.size_bytes, size);
      assert(proxy.sentBytes() <= size * 1.1, `${proxy.sentBytes()} bytes were sent; cuts at ${points.join()}`);
      assert((seen[0] ?? 0) > 0 || (points[0] ?? 0) < MEBIBYTE, 'the second call begins where the first one got to');
      assert.equal(seen.at(-1), size);
      assert.deepEqual(await readdir(memory), []);
      assert.equal((await clientOf().query({ name: 'large.bin' })).documents.length, 1);
    } finally {
      await proxy.close();
    }
  });

  it('make a document of everything that is said about it, and send nothing that the server has', async () => {
    const path = await randomFile('Größe "1".bin', 3 * MEBIBYTE);
    const said = { name: 'Größe', tags: ['a', 'ü & x'], description: 'Two\nlines, a comma.', contentType: 'x/y' };
    const { client, asked } = watchedClient();
    const first = await client.upload(path, said);
    assert.deepEqual(asked, ['POST documents 404', 'POST uploads 201', 'PATCH uploads 204', 'GET uploads 200']);
    const { name, tags, description, original_filename } = first;
    assert.deepEqual([name, tags, description], [said.name, said.tags, said.description]);
    assert.equal(original_filename, 'Größe "1".bin');
    asked.length = 0;
    const progress: TransferProgress[] = [];
    const second = await client.upload(path, { ...said, onProgress: (seen) => progress.push(seen) });
    assert.deepEqual(asked, ['POST documents 201']);
    assert.deepEqual(progress, [{ transferredBytes: 3 * MEBIBYTE, totalBytes: 3 * MEBIBYTE }]);
    assert.notEqual(second.document_id, first.document_id);
    const same = ({ mime_type, checksum_sha256, original_filename }: Document): unknown[] => [
      mime_type,
      checksum_sha256,
      original_filename,
    ];
    assert.deepEqual(same(second), same(first));
  });

  it('make a version, guarded by what it replaces', async () => {
    const { document_id: id, ...first } = await clientOf().upload(new Blob(['first']), { filename: 'a.txt' });
    const { client, asked } = watchedClient();
    const path = await randomFile('second.bin', MEBIBYTE);
    const options = { ifMatch: contentEtag(first), message: 'Größer,\nbesser' };
    const change = await client.createVersion(id, path, options);
    assert.deepEqual([change.outcome, change.version, change.message], ['created', 2, options.message]);
    assert.equal(change.checksum_sha256, await sha256Of(path));
    assert.deepEqual(asked, ['POST documents 404', 'POST uploads 201', 'PATCH uploads 204', 'GET uploads 200']);
    asked.length = 0;
    const third = await randomFile('third.bin', MEBIBYTE);
    await assert.rejects(client.createVersion(id, third, options), refusedAs('version_mismatch'));
    assert.deepEqual(asked, ['POST documents 404', 'POST uploads 412'], 'nothing is sent that would be refused');
    asked.length = 0;
    const back = await client.createVersion(id, path, { ifMatch: '*' });
    assert.deepEqual([back.outcome, asked], ['unchanged', ['POST documents 200']]);
  });

  it('tell when another one was faster while the file was sent', async () => {
    const { document_id: id, ...first } = await clientOf().upload(new Blob(['first']), { filename: 'a.txt' });
    const path = await randomFile('slow.bin', 4 * MEBIBYTE);
    let theirs: Promise<unknown> | undefined;
    const mine = clientOf({
      fetch: async (input, init) => {
        if ((input as Request).method === 'PATCH') {
          theirs ??= clientOf().createVersion(id, new Blob(['theirs']), { ifMatch: '*', filename: 'a.txt' });
          await theirs;
        }
        return await fetch(input, init);
      },
    }).createVersion(id, path, { ifMatch: contentEtag(first) });
    await assert.rejects(mine, refusedAs('version_mismatch'));
    assert.deepEqual(await readdir(memory), []);
    assert.equal((await clientOf().get(id)).version, 2);
  });

  it('go on in another process, unless it is to begin anew', async () => {
    const path = await randomFile('again.bin', 24 * MEBIBYTE);
    await breakOff(path, 8 * MEBIBYTE);
    assert.equal((await readdir(memory)).length, 1);
    const { client, asked } = watchedClient();
    let first: TransferProgress | undefined;
    const document = await client.upload(path, { onProgress: (progress) => (first ??= progress) });
    assert.deepEqual(asked, ['GET uploads 200', 'PATCH uploads 204', 'GET uploads 200']);
    assert((first?.transferredBytes ?? 0) > MEBIBYTE);
    assert.equal(document.checksum_sha256, await sha256Of(path));

    const other = await randomFile('anew.bin', 24 * MEBIBYTE);
    await breakOff(other, 8 * MEBIBYTE);
    asked.length = 0;
    await client.upload(other, { resume: false });
    assert.deepEqual(asked, ['POST documents 404', 'POST uploads 201', 'PATCH uploads 204', 'GET uploads 200']);
    assert.deepEqual(await readdir(memory), []);
  });

  it('begin anew for another end, for a file that has changed, and when the server has given up', async () => {
    const path = await randomFile('changing.bin', 24 * MEBIBYTE);
    const begun = ['POST documents 404', 'POST uploads 201', 'PATCH uploads 204', 'GET uploads 200'];
    const { client, asked } = watchedClient();
    await breakOff(path, 8 * MEBIBYTE);
    await client.upload(path, { name: 'Another' });
    assert.deepEqual(asked.splice(0), begun);

    await appendFile(path, 'x');
    await breakOff(path, 8 * MEBIBYTE);
    await appendFile(path, 'y');
    const { checksum_sha256 } = await client.upload(path);
    assert.equal(checksum_sha256, await sha256Of(path));
    assert.deepEqual(asked.splice(0), begun);

    await appendFile(path, 'z');
    await rm(memory, { recursive: true });
    await breakOff(path, 8 * MEBIBYTE);
    const [name = ''] = await readdir(memory);
    await writeFile(join(memory, name), JSON.stringify({ upload_id: '0'.repeat(32) }));
    await client.upload(path);
    assert.deepEqual(asked.splice(0), ['GET uploads 404', ...begun]);
    assert.deepEqual(await readdir(memory), []);
  });

  it('find what the process before had finished, when nobody heard of it', async () => {
    const path = await randomFile('unheard.bin', MEBIBYTE);
    const deaf = clientOf({
      retries: 0,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if ((input as Request).method !== 'PATCH') return response;
        throw new TypeError('fetch failed', { cause: new Error('other side closed') });
      },
    });
    await assert.rejects(deaf.upload(path), NetworkError);
    const { client, asked } = watchedClient();
    const { document_id } = await client.upload(path);
    assert.deepEqual(asked, ['GET uploads 200']);
    const found = (await client.query({ name: 'unheard.bin' })).documents;
    assert.deepEqual(
      found.map((document) => document.document_id),
      [document_id],
    );
  });

  it('never store a file that changes while it is sent', async () => {
    const path = await randomFile('growing.bin', 8 * MEBIBYTE);
    let touched = false;
    const upload = clientOf().upload(path, {
      onProgress: ({ transferredBytes }) => {
        if (touched || transferredBytes < MEBIBYTE) return;
        touched = true;
        void utimes(path, 1, 1);
      },
    });
    await assert.rejects(upload, SourceChangedError);
    assert.deepEqual(await readdir(memory), []);
    assert.deepEqual((await clientOf().query({ name: 'growing.bin' })).documents, []);
  });

  it('of the same file at the same time make one document, and do not fight for it', async () => {
    const path = await randomFile('twice.bin', 48 * MEBIBYTE);
    await breakOff(path, MEBIBYTE);
    const [first, second] = await Promise.all([clientOf().upload(path), clientOf().upload(path)]);
    assert.equal(first.document_id, second.document_id);
    assert.equal(first.checksum_sha256, await sha256Of(path));
  });
});
