/** Storage that is full, cannot be written, or is gone: the server says so, loses nothing, and works again afterwards. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import request, { type Response } from 'supertest';
import { filePart, pushBatch } from './batch-client.js';
import { pull, push, sha256, type Document } from './documents-client.js';
import { expectProblem } from './problem.js';
import { ServerProcess } from './server-process.js';
import { startServer, type TestServer } from './test-server.js';
import { beginUpload, look, offsetOf, sendPiece } from './uploads-client.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Starts a command as the root of a mount namespace of its own: what is mounted there ends with it, and nobody else sees it. */
const OWN_MOUNTS = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'];

/** Whether this machine lets us mount something in a namespace of our own (Linux does, some containers do not). */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

function pushTo(url: string, content: Buffer): Promise<Response> {
  return Promise.resolve(request(url).post('/documents').attach('file', content, 'a.bin'));
}

(canMount() ? describe : describe.skip)('a disk of its own', () => {
  let mountPoint: string;
  let server: ServerProcess;

  /** Starts a server whose storage folder is a file system of `size` bytes. */
  async function startOn(size: number): Promise<void> {
    const script = `mount -t tmpfs -o size=${size} tmpfs "$1" && mkdir "$1/store" && shift && exec "$@"`;
    server = await ServerProcess.start({
      within: [...OWN_MOUNTS, script, 'sh', mountPoint],
      storageDir: path.join(mountPoint, 'store'),
    });
  }
  /** The mount point as the server sees it. */
  const seenByServer = (...steps: string[]): string =>
    path.join('/proc', String(server.pid), 'root', mountPoint, ...steps);
  const staged = (): Promise<string[]> => readdir(seenByServer('store', '.staging'));
  async function readsBack(documents: readonly Document[]): Promise<void> {
    for (const { document_id, checksum_sha256 } of documents) {
      const response = await fetch(`${server.url}/documents/${document_id}`);
      assert.equal(sha256(Buffer.from(await response.arrayBuffer())), checksum_sha256);
    }
  }

  beforeEach(async () => {
    mountPoint = await mkdtemp(path.join(tmpdir(), 'document-server-disk-'));
  });
  afterEach(async () => {
    await server.dispose();
    await rm(mountPoint, { recursive: true, force: true });
  });

  it('that is too small for a file refuses it with 507 and takes smaller ones', async () => {
    await startOn(8 * MEBIBYTE);
    const small = await pushTo(server.url, randomBytes(100 * KIBIBYTE));
    assert.equal(small.status, 201);
    const problem = expectProblem(await pushTo(server.url, Buffer.alloc(20 * MEBIBYTE)), 507, 'insufficient_storage');
    assert.match(problem.detail, /Nothing was stored/);
    assert.deepEqual(await staged(), []);
    const crowd = await Promise.all(Array.from({ length: 20 }, () => pushTo(server.url, randomBytes(MEBIBYTE))));
    const stored = crowd.filter(({ status }) => status === 201).map(({ body }) => body as Document);
    for (const response of crowd.filter(({ status }) => status !== 201))
      expectProblem(response, 507, 'insufficient_storage');
    assert.ok(stored.length < 20);
    assert.deepEqual(await staged(), []);
    await readsBack([small.body as Document, ...stored]);
    const found = (await request(server.url).get('/documents?limit=1000').expect(200)).body as Document[];
    assert.equal(found.length, stored.length + 1);
  });

  it('that is full to the last byte refuses every write, loses nothing, and is used again when there is room', async () => {
    await startOn(8 * MEBIBYTE);
    const ballast = seenByServer('ballast');
    await writeFile(ballast, Buffer.alloc(4 * MEBIBYTE));
    const stored: Document[] = [];
    for (const size of [256 * KIBIBYTE, 4 * KIBIBYTE, 1]) {
      for (;;) {
        const response = await pushTo(server.url, randomBytes(size));
        if (response.status !== 201) {
          expectProblem(response, 507, 'insufficient_storage');
          break;
        }
        stored.push(response.body as Document);
        assert.ok(stored.length < 5000, 'the disk does not get full');
      }
    }
    assert.deepEqual(await staged(), []);
    const [first] = stored;
    const address = `/documents/${first?.document_id ?? ''}`;
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const response = await request(server.url)
        .patch(address)
        .send({ description: 'x'.repeat(10_000) });
      if (response.status !== 200) expectProblem(response, 507, 'insufficient_storage');
    }
    await readsBack(stored);
    assert.equal(
      ((await request(server.url).get('/documents?limit=1000').expect(200)).body as Document[]).length,
      Math.min(stored.length, 1000),
    );
    await rm(ballast);
    const again = await pushTo(server.url, randomBytes(MEBIBYTE));
    assert.equal(again.status, 201, again.text);
    await request(server.url).delete(address).expect(200);
    await readsBack([...stored.slice(1), again.body as Document]);
    server.signal('SIGTERM');
    assert.equal((await server.exited).code, 0);
  });

  it('that fills up within an upload keeps what it took, and takes the rest when there is room', async () => {
    await startOn(12 * MEBIBYTE);
    const content = randomBytes(5 * MEBIBYTE);
    const ballast = seenByServer('ballast');
    await writeFile(ballast, Buffer.alloc(8 * MEBIBYTE));
    const location = await beginUpload(server, content.length, { checksum_sha256: sha256(content) });
    const refused = await sendPiece(server, location, 0, content);
    const problem = expectProblem(refused, 507, 'insufficient_storage');
    assert.match(problem.detail, /What arrived is kept/);
    const offset = await offsetOf(server, location);
    assert.ok(offset > MEBIBYTE && offset < content.length, `${offset}`);
    expectProblem(await sendPiece(server, location, offset, content.subarray(offset)), 507, 'insufficient_storage');
    await rm(ballast);
    const there = await offsetOf(server, location);
    const answer = await sendPiece(server, location, there, content.subarray(there));
    assert.equal(answer.status, 204, answer.text);
    const { document } = await look(server, location);
    await readsBack([document as Document]);
  });

  it('that fills up in the middle of a batch refuses those items with 507 and keeps the others', async () => {
    await startOn(16 * MEBIBYTE);
    const contents = Array.from({ length: 20 }, () => randomBytes(MEBIBYTE));
    const items = contents.map((_, index) => ({ file: `f${index}` }));
    const batch = await pushBatch(server, items, ...contents.map((content, index) => filePart(`f${index}`, content)));
    const stored = batch.results.flatMap(({ document }) => document ?? []);
    assert.ok(stored.length > 3 && stored.length < 20, `${stored.length} were stored`);
    for (const { status, problem } of batch.results.filter(({ document }) => document === undefined)) {
      assert.deepEqual([status, problem?.code], [507, 'insufficient_storage']);
      assert.match(problem?.detail ?? '', /Nothing was stored/);
    }
    assert.deepEqual([batch.created, batch.failed], [stored.length, 20 - stored.length]);
    assert.deepEqual(await staged(), []);
    await readsBack(stored);
    assert.ok(server.log.length > 0, 'the log says nothing of it');
  });

  it('that becomes read-only is no longer healthy, still gives what it has, and takes again when it can be written', async () => {
    await startOn(64 * MEBIBYTE);
    const stored = (await pushTo(server.url, Buffer.from('kept'))).body as Document;
    const within = (...command: string[]): void => {
      const target = ['--target', String(server.pid), '--user', '--mount', '--preserve-credentials'];
      execFileSync('nsenter', [...target, ...command], { stdio: 'pipe' });
    };
    // The folder once more, on top of itself: what is open stays as it is, every new look finds it read-only.
    within('mount', '--bind', server.storageDir, server.storageDir);
    within('mount', '-o', 'remount,bind,ro', server.storageDir);
    const health = await request(server.url).get('/health');
    const problem = expectProblem(health, 503, 'unavailable');
    assert.match(problem.detail, /storage/);
    assert.match(health.headers['retry-after'] ?? '', /^\d+$/);
    expectProblem(await pushTo(server.url, Buffer.from('refused')), 503, 'unavailable');
    await readsBack([stored]);
    within('umount', server.storageDir);
    await request(server.url).get('/health').expect(200);
    assert.equal((await pushTo(server.url, Buffer.from('taken'))).status, 201);
  });

  it('with too few file descriptors refuses some with 503 and serves on', async () => {
    const script = 'ulimit -n 256 && shift && exec "$@"';
    server = await ServerProcess.start({ within: ['sh', '-c', script, 'sh', ''], storageDir: mountPoint });
    const crowd = await Promise.allSettled(Array.from({ length: 250 }, () => pushTo(server.url, randomBytes(200_000))));
    const answers = crowd.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    for (const response of answers.filter(({ status }) => status !== 201)) expectProblem(response, 503, 'unavailable');
    await readsBack(answers.filter(({ status }) => status === 201).map(({ body }) => body as Document));
    assert.deepEqual(await readdir(path.join(mountPoint, '.staging')), []);
    assert.equal((await pushTo(server.url, Buffer.from('after it'))).status, 201);
  });
});

describe('a storage folder that is gone', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ expectedFailures: [500, 503] });
  });
  after(() => server.close());

  it('makes the server unhealthy, not dead, and is used again when it is back', async () => {
    const document = await push(server, 'kept');
    const away = `${server.storageDir}-away`;
    await rename(server.storageDir, away);
    try {
      expectProblem(await request(server.url).get('/health'), 503, 'unavailable');
      expectProblem(await pushTo(server.url, Buffer.from('refused')), 503, 'unavailable');
      const download = await request(server.url).get(`/documents/${document.document_id}`);
      assert.ok(download.status >= 500, 'content that is not there was given');
      expectProblem(download, download.status, (download.body as { code: string }).code);
      await request(server.url).get('/documents').expect(200);
    } finally {
      await rename(away, server.storageDir);
    }
    await request(server.url).get('/health').expect(200);
    assert.equal((await pull(server, document.document_id)).toString(), 'kept');
    await push(server, 'taken');
  });

  it('is noticed for one blob too: the answer is an error, never other content or an empty one', async () => {
    const document = await push(server, 'this one disappears');
    await rm(path.join(server.storageDir, 'default', document.checksum_sha256.slice(0, 2)), { recursive: true });
    const response = await request(server.url).get(`/documents/${document.document_id}`);
    expectProblem(response, 500, 'internal_error');
    const again = await push(server, 'this one disappears');
    assert.equal((await pull(server, again.document_id)).toString(), 'this one disappears');
    assert.equal((await pull(server, document.document_id)).toString(), 'this one disappears');
  });

  it('is noticed for a blob that is shorter than its record: the download is cut, or refused', async () => {
    for (const size of [100, 3 * MEBIBYTE]) {
      const content = randomBytes(size);
      const { document_id, checksum_sha256 } = await push(server, content);
      await writeFile(
        path.join(server.storageDir, 'default', checksum_sha256.slice(0, 2), checksum_sha256),
        content.subarray(0, size / 2),
      );
      const outcome = await fetch(`${server.url}/documents/${document_id}`)
        .then(async (response) => ({
          status: response.status,
          length: (await response.arrayBuffer()).byteLength,
        }))
        .catch(() => 'cut');
      if (outcome !== 'cut') assert.equal((outcome as { status: number }).status, 500);
    }
  });
});
