/** Starting the server: settings, wrong settings, addresses and folders that cannot be had. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import request from 'supertest';
import { describeSettings, readConfig } from '../src/config.js';
import { runToEnd, ServerProcess } from './server-process.js';

describe('the server process', () => {
  const started: ServerProcess[] = [];
  async function start(environment: Record<string, string> = {}, storageDir?: string): Promise<ServerProcess> {
    const server = await ServerProcess.start({ environment, ...(storageDir !== undefined && { storageDir }) });
    started.push(server);
    return server;
  }
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'document-server-start-'));
  });
  afterEach(async () => {
    for (const server of started.splice(0)) await server.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('says in one line where it serves and where the documents are, and keeps its log on stderr', async () => {
    const server = await start();
    assert.equal(server.stdout.trim().split('\n').length, 1);
    assert.match(server.stdout, /http:\/\/127\.0\.0\.1:\d+/);
    assert.ok(server.stdout.includes(server.storageDir));
    const response = await request(server.url).get('/documents?name=plan').set('X-Request-ID', 'find-me-in-the-log');
    assert.equal(response.status, 200);
    server.signal('SIGTERM');
    assert.deepEqual(await server.exited, { code: 0, signal: null });
    const line = server.log.find((entry) => entry['request_id'] === 'find-me-in-the-log');
    assert.ok(line, server.stderr);
    const { method, url, status, duration_ms } = line as Record<'method' | 'url' | 'status' | 'duration_ms', unknown>;
    assert.deepEqual({ method, url, status }, { method: 'GET', url: '/documents?name=plan', status: 200 });
    assert.equal(typeof duration_ms, 'number');
  });

  it('makes its storage folder, for itself alone, and uses it again', async () => {
    const storageDir = path.join(folder, 'made', 'for', 'it');
    const first = await start({}, storageDir);
    const pushed = await request(first.url)
      .post('/documents')
      .attach('file', Buffer.from('kept'), 'kept.txt')
      .expect(201);
    const { document_id } = pushed.body as { document_id: string };
    assert.equal((await stat(storageDir)).mode & 0o077, 0);
    first.signal('SIGTERM');
    await first.exited;
    const second = await start({}, storageDir);
    await request(second.url).get(`/documents/${document_id}`).expect(200, 'kept');
  });

  it('takes an empty variable for one that is not set', async () => {
    const server = await start({ DOCUMENT_SERVER_HOST: '', DOCUMENT_MAX_FILE_BYTES: '' });
    await request(server.url).get('/health').expect(200);
  });

  it('serves on IPv6 and on a loopback name', async () => {
    for (const host of ['::1', 'localhost']) {
      const server = await start({ DOCUMENT_SERVER_HOST: host });
      assert.equal((await fetch(`${server.url}/health`)).status, 200, host);
    }
  });

  it('obeys its settings', async () => {
    const server = await start({
      DOCUMENT_MAX_FILE_BYTES: '10',
      DOCUMENT_LOG_LEVEL: 'silent',
      DOCUMENT_SERVER_ALLOWED_HOSTS: 'a.example, b.example',
    });
    await request(server.url).post('/documents').attach('file', Buffer.from('0123456789'), 'a').expect(201);
    await request(server.url).post('/documents').attach('file', Buffer.from('0123456789a'), 'a').expect(413);
    await request(server.url).get('/health').set('Host', 'b.example').expect(200);
    await request(server.url).get('/health').set('Host', 'c.example').expect(403);
    assert.equal(server.stderr, '');
  });

  it('shows every setting with its default for --help, and starts nothing', async () => {
    const { code, stdout, stderr } = await runToEnd({ arguments: ['--help'] });
    assert.equal(code, 0);
    assert.equal(stderr, '');
    const settings = describeSettings();
    assert.ok(settings.length >= 10);
    for (const { variable, meaning, fallback } of settings) {
      assert.ok(stdout.includes(variable) && stdout.includes(meaning) && stdout.includes(fallback), variable);
    }
  });

  it('names every wrong setting at once and ends with 1', async () => {
    const wrong: Record<string, string> = {
      DOCUMENT_SERVER_PORT: '65536',
      DOCUMENT_STORAGE_DIR: '  ',
      DOCUMENT_SERVER_ALLOW_ANONYMOUS: 'yes',
      DOCUMENT_MAX_FILE_BYTES: '1 GiB',
      DOCUMENT_HEADER_TIMEOUT_SECONDS: '0',
      DOCUMENT_IDLE_TIMEOUT_SECONDS: '-1',
      DOCUMENT_SHUTDOWN_SECONDS: '1.5',
      DOCUMENT_COLLECT_INTERVAL_SECONDS: 'often',
      DOCUMENT_COLLECT_GRACE_SECONDS: '1e3',
      DOCUMENT_LOG_LEVEL: 'loud',
      DOCUMENT_SERVER_HOST: '10.0.0.1',
    };
    const { code, stdout, stderr } = await runToEnd({ environment: wrong });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    for (const [variable, value] of Object.entries(wrong)) {
      const line = stderr.split('\n').find((candidate) => candidate.startsWith(variable));
      assert.ok(line?.includes(value.trim()), `${variable} is not named: ${stderr}`);
    }
    assert.doesNotMatch(stderr, /\bat .*\.js/, 'a stack trace is not for the person at the terminal');
  });

  it('refuses to listen on what other machines can reach without being told in as many words', async () => {
    for (const host of ['0.0.0.0', '::', '10.1.2.3', '192.168.0.1', 'example.com', '127.0.0.1.evil.com']) {
      for (const allow of [undefined, 'false', '']) {
        const environment = { DOCUMENT_SERVER_HOST: host, DOCUMENT_SERVER_ALLOW_ANONYMOUS: allow };
        assert.throws(() => readConfig(environment), {
          name: 'ConfigError',
          message: /DOCUMENT_SERVER_ALLOW_ANONYMOUS=true/,
        });
      }
      assert.equal(readConfig({ DOCUMENT_SERVER_HOST: host, DOCUMENT_SERVER_ALLOW_ANONYMOUS: 'true' }).host, host);
    }
    const { code, stdout, stderr } = await runToEnd({ environment: { DOCUMENT_SERVER_HOST: '0.0.0.0' } });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /0\.0\.0\.0.*DOCUMENT_SERVER_ALLOW_ANONYMOUS=true/);
  });

  it('listens on all addresses when it is told so, and still guards its names', async () => {
    const server = await start({ DOCUMENT_SERVER_HOST: '0.0.0.0', DOCUMENT_SERVER_ALLOW_ANONYMOUS: 'true' });
    const local = `http://127.0.0.1:${server.port}`;
    await request(local).get('/health').expect(200);
    await request(local).get('/health').set('Host', 'evil.com').expect(403);
  });

  it('says who is in the way when its port is taken, and ends with 1', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => occupant.once('listening', resolve));
    const port = String((occupant.address() as AddressInfo).port);
    const { code, stdout, stderr } = await runToEnd({ environment: { DOCUMENT_SERVER_PORT: port } });
    occupant.close();
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.ok(stderr.includes(port));
    assert.match(stderr, /DOCUMENT_SERVER_PORT/);
    assert.doesNotMatch(stderr, /\bat .*\.js/);
  });

  const unusable: [what: string, make: (storageDir: string) => Promise<void>, words: RegExp][] = [
    ['a file', (storageDir) => writeFile(storageDir, 'x'), /EEXIST|ENOTDIR|not a (folder|directory)/i],
    [
      'below a file',
      (storageDir) => writeFile(path.dirname(storageDir), 'x'),
      /EEXIST|ENOTDIR|not a (folder|directory)/i,
    ],
    [
      'of another layout',
      async (storageDir) => {
        await mkdir(storageDir);
        await writeFile(path.join(storageDir, 'layout.json'), '{"layout_version":99}');
      },
      /layout version 99.*version 1.*DOCUMENT_STORAGE_DIR/s,
    ],
    [
      'with a layout that cannot be read',
      async (storageDir) => {
        await mkdir(storageDir);
        await writeFile(path.join(storageDir, 'layout.json'), 'nonsense');
      },
      /nonsense.*DOCUMENT_STORAGE_DIR/s,
    ],
    [
      'with a database that is none',
      async (storageDir) => {
        await mkdir(storageDir);
        await writeFile(path.join(storageDir, 'documents.db'), 'not a database'.repeat(1000));
      },
      /database/,
    ],
  ];
  for (const [what, make, words] of unusable) {
    it(`says what is wrong with a storage folder that is ${what}, and ends with 1`, async () => {
      const storageDir = path.join(folder, 'parent', 'storage');
      if (what !== 'below a file') await mkdir(path.dirname(storageDir));
      await make(storageDir);
      const { code, stdout, stderr } = await runToEnd({ storageDir });
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, words);
      assert.ok(stderr.includes(path.dirname(storageDir)), `the folder is not named: ${stderr}`);
      assert.doesNotMatch(stderr, /\bat .*\.js/);
    });
  }

  it('leaves a folder of another layout as it was', async () => {
    const storageDir = path.join(folder, 'storage');
    await mkdir(storageDir);
    await writeFile(path.join(storageDir, 'layout.json'), '{"layout_version":99}');
    await runToEnd({ storageDir });
    assert.equal(await readFile(path.join(storageDir, 'layout.json'), 'utf8'), '{"layout_version":99}');
  });

  it('answers first within a second of being started on an existing store', async () => {
    const storageDir = path.join(folder, 'storage');
    const first = await start({}, storageDir);
    first.signal('SIGTERM');
    await first.exited;
    const begun = performance.now();
    const second = await start({}, storageDir);
    await request(second.url).get('/documents').expect(200);
    const elapsed = performance.now() - begun;
    // The target is 600 ms on a quiet machine (bench/); here others run beside it.
    assert.ok(elapsed < 3000, `${Math.round(elapsed)} ms`);
  });
});
