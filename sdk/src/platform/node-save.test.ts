import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { contentHeaders, sampleDocument, serveContent, useLoopbackServers } from '../../test/loopback-server.js';
import { DocumentClient, FileExistsError, IntegrityError, NetworkError } from '../index.js';
import { saveDownload } from './node-save.js';

const ID = sampleDocument.document_id;
const content = randomBytes(200_000);

describe('downloadToFile', () => {
  const listen = useLoopbackServers();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-save-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function clientOf(headers: Record<string, string> = {}) {
    let requests = 0;
    const baseUrl = await listen((_request, response) => {
      requests++;
      response.writeHead(200, contentHeaders(content, headers)).end(content);
    });
    return { client: new DocumentClient({ baseUrl }), requests: () => requests };
  }

  it('writes the content to the path, and nothing else', async () => {
    const { client } = await clientOf();
    const path = join(folder, 'pulled.md');
    assert.deepEqual(await client.downloadToFile(ID, { path }), {
      path,
      documentId: ID,
      version: 1,
      name: 'System Architecture',
      filename: 'architecture.md',
      sizeBytes: content.byteLength,
      checksumSha256: createHash('sha256').update(content).digest('hex'),
      fromCache: false,
    });
    assert(content.equals(await readFile(path)));
    assert.deepEqual(await readdir(folder), ['pulled.md']);
  });

  it('names the file as the document’s own, made safe', async () => {
    const { client } = await clientOf({ 'x-document-filename': encodeURIComponent('../größe.md') });
    const { path, filename } = await client.downloadToFile(ID, { directory: folder });
    assert.equal(filename, '../größe.md');
    assert.equal(path, join(folder, '.._größe.md'));
    assert.deepEqual(await readdir(folder), ['.._größe.md']);
  });

  it('says that there is no room, and leaves nothing', async () => {
    const path = join(folder, 'pulled.md');
    for (const code of ['ENOSPC', 'EDQUOT']) {
      // Stands for the disk: what breaks the writing of a file is thrown in its middle.
      const body = new ReadableStream<Uint8Array>({
        start: (stream) => stream.enqueue(content),
        pull: (stream) => stream.error(Object.assign(new Error(`${code}: write`), { code })),
      });
      const client = new DocumentClient({ baseUrl: await listen(serveContent(content, {})) });
      const download = { ...(await client.download(ID)), body };
      const saving = saveDownload(() => Promise.resolve(download), { path });
      await assert.rejects(saving, { code, message: /^There is no room for .*pulled\.md: the disk is full\./ });
      assert.deepEqual(await readdir(folder), []);
    }
  });

  it('takes a name as long as names can be', async () => {
    const { client } = await clientOf();
    const path = join(folder, 'ü'.repeat(127));
    await client.downloadToFile(ID, { path });
    assert.deepEqual(await readdir(folder), [basename(path)]);
  });

  it('does not overwrite, and does not even download when it knows before', async () => {
    const { client, requests } = await clientOf();
    const path = join(folder, 'architecture.md');
    await writeFile(path, 'mine');
    const refused = (error: unknown): boolean => {
      assert(error instanceof FileExistsError);
      assert.equal(error.path, path);
      assert.match(error.message, /architecture\.md exists already/);
      return true;
    };
    await assert.rejects(client.downloadToFile(ID, { path }), refused);
    assert.equal(requests(), 0);
    await assert.rejects(client.downloadToFile(ID, { directory: folder }), refused);
    await assert.rejects(client.downloadToFile(ID, { path: folder }), FileExistsError);
    await symlink('nowhere', join(folder, 'dangling'));
    await assert.rejects(client.downloadToFile(ID, { path: join(folder, 'dangling') }), FileExistsError);
    assert.equal(await readFile(path, 'utf8'), 'mine');
    assert.deepEqual((await readdir(folder)).sort(), ['architecture.md', 'dangling']);
  });

  it('does not overwrite a file that appears while it downloads', async () => {
    const path = join(folder, 'pulled.md');
    const baseUrl = await listen((_request, response) => {
      response.writeHead(200, contentHeaders(content));
      response.write(content.subarray(0, 1000));
      void writeFile(path, 'mine').then(() => response.end(content.subarray(1000)));
    });
    await assert.rejects(new DocumentClient({ baseUrl }).downloadToFile(ID, { path }), FileExistsError);
    assert.equal(await readFile(path, 'utf8'), 'mine');
    assert.deepEqual(await readdir(folder), ['pulled.md']);
  });

  it('lets exactly one of several downloads have the name', async () => {
    const { client } = await clientOf();
    const path = join(folder, 'pulled.md');
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => client.downloadToFile(ID, { path })));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) assert(result.status === 'fulfilled' || result.reason instanceof FileExistsError);
    assert.deepEqual(await readdir(folder), ['pulled.md']);
  });

  it('overwrites when it is told to, and keeps the file’s mode', async function () {
    if (process.platform === 'win32') this.skip();
    const { client } = await clientOf();
    const path = join(folder, 'script.sh');
    await writeFile(path, 'old');
    await chmod(path, 0o750);
    await client.downloadToFile(ID, { path, overwrite: true });
    assert(content.equals(await readFile(path)));
    assert.equal((await stat(path)).mode & 0o777, 0o750);
  });

  it('replaces neither a folder nor a pipe or a device', async function () {
    if (process.platform === 'win32') this.skip();
    const { client, requests } = await clientOf();
    await assert.rejects(client.downloadToFile(ID, { path: folder, overwrite: true }), { code: 'EISDIR' });
    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    await assert.rejects(client.downloadToFile(ID, { path: pipe, overwrite: true }), { code: 'EINVAL' });
    assert.equal(requests(), 0);
    assert((await stat(pipe)).isFIFO());
  });

  it('says that there is no such folder before it downloads', async () => {
    const { client, requests } = await clientOf();
    await assert.rejects(client.downloadToFile(ID, { path: join(folder, 'none', 'a.md') }), { code: 'ENOENT' });
    await assert.rejects(client.downloadToFile(ID, { directory: join(folder, 'none') }), { code: 'ENOENT' });
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(client.downloadToFile(ID, { directory: join(folder, 'file') }), { code: 'ENOTDIR' });
    assert.equal(requests(), 0);
  });

  it('leaves nothing behind when the transfer fails, and the old file as it was', async () => {
    const damaged = Buffer.from(content).reverse();
    const reason = new Error('The caller has had enough.');
    const controller = new AbortController();
    const path = join(folder, 'pulled.md');
    await writeFile(path, 'old');
    const baseUrl = await listen((request, response) => {
      response.writeHead(200, contentHeaders(content));
      if (request.headers['x-case'] === 'damaged') return response.end(damaged);
      return response.write(content.subarray(0, 50_000), () => {
        if (request.headers['x-case'] === 'aborted') controller.abort(reason);
        else request.socket.destroy();
      });
    });
    const attempt = async (kind: string, signal?: AbortSignal): Promise<unknown> => {
      const client = new DocumentClient({ baseUrl, retries: 0, headers: { 'x-case': kind } });
      return await client.downloadToFile(ID, { path, overwrite: true, signal });
    };
    await assert.rejects(attempt('damaged'), IntegrityError);
    await assert.rejects(attempt('cut'), NetworkError);
    await assert.rejects(attempt('aborted', controller.signal), reason);
    assert.deepEqual(await readdir(folder), ['pulled.md']);
    assert.equal(await readFile(path, 'utf8'), 'old');
  });
});
