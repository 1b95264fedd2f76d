/** HTTPS without a proxy: the listener speaks TLS, and nothing else. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runToEnd, ServerProcess } from './server-process.js';

/** A certificate for localhost that signs itself, and its key: good for nothing but these tests. */
const FIXTURES = path.resolve(import.meta.dirname, '../../test/tls');
const CERT = path.join(FIXTURES, 'cert.pem');
const KEY = path.join(FIXTURES, 'key.pem');
const TLS = { DOCUMENT_TLS_CERT: CERT, DOCUMENT_TLS_KEY: KEY };

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

async function exchange(url: string, options: https.RequestOptions = {}, body?: Buffer): Promise<Answer> {
  const sent = https.request(url, { ca: await readFile(CERT), agent: false, ...options });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

describe('a server with a certificate', () => {
  let server: ServerProcess;
  before(async () => {
    server = await ServerProcess.start({ environment: { ...TLS, DOCUMENT_HEADER_TIMEOUT_SECONDS: '1' } });
  });
  after(() => server.dispose());

  it('says that it serves https, and does, with HSTS', async () => {
    assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const { status, headers } = await exchange(`${server.url}/health`);
    assert.equal(status, 200);
    assert.equal(headers['strict-transport-security'], 'max-age=31536000');
  });

  it('takes and gives content of several megabytes unharmed', async () => {
    const content = Buffer.alloc(5_000_000, 'some content that is longer than one record of TLS. ');
    const form = new FormData();
    form.append('file', new Blob([content]), 'large.txt');
    const asked = new Request('http://x', { method: 'POST', body: form });
    const headers = { 'Content-Type': asked.headers.get('content-type') ?? '' };
    const pushed = await exchange(
      `${server.url}/documents`,
      { method: 'POST', headers },
      Buffer.from(await asked.arrayBuffer()),
    );
    assert.equal(pushed.status, 201, pushed.body);
    const { document_id } = JSON.parse(pushed.body) as { document_id: string };
    const pulled = await exchange(`${server.url}/documents/${document_id}`);
    assert.ok(content.equals(Buffer.from(pulled.body)));
  });

  it('speaks no plain HTTP', async () => {
    await assert.rejects(fetch(`http://127.0.0.1:${server.port}/health`));
  });

  it('gives up a client that does not agree on TLS, in the time for a header', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const began = performance.now();
    await once(socket, 'close');
    assert.ok(performance.now() - began < 5000);
  });

  it('gives up a header that does not come to its end', async () => {
    const { connect: connectTls } = await import('node:tls');
    const socket = connectTls({ port: server.port, host: '127.0.0.1', ca: await readFile(CERT) });
    await once(socket, 'secureConnect');
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    assert.match(data.toString(), /^HTTP\/1\.1 408 .*request_timeout/s);
    socket.destroy();
  });

  it('stops when it is told, whatever is connected', async () => {
    const other = await ServerProcess.start({ environment: { ...TLS, DOCUMENT_SHUTDOWN_SECONDS: '1' } });
    try {
      const silent = connect(other.port, '127.0.0.1');
      silent.on('error', () => undefined);
      await once(silent, 'connect');
      const agent = new https.Agent({ keepAlive: true });
      assert.equal((await exchange(`${other.url}/health`, { agent })).status, 200);
      const began = performance.now();
      other.signal('SIGTERM');
      assert.deepEqual(await other.exited, { code: 0, signal: null });
      assert.ok(performance.now() - began < 5000);
      agent.destroy();
    } finally {
      await other.dispose();
    }
  });
});

describe('a server whose certificate cannot be used', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'document-server-tls-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('does not start, and says in one line why', async () => {
    const garbage = path.join(folder, 'garbage.pem');
    await writeFile(garbage, 'no PEM');
    const missing = path.join(folder, 'missing.pem');
    const cases: [environment: Record<string, string>, said: RegExp][] = [
      [{ DOCUMENT_TLS_CERT: CERT }, /DOCUMENT_TLS_CERT and DOCUMENT_TLS_KEY belong together/],
      [{ ...TLS, DOCUMENT_TLS_KEY: missing }, /DOCUMENT_TLS_KEY cannot be read: ENOENT.*missing\.pem/],
      [{ ...TLS, DOCUMENT_TLS_CERT: folder }, /DOCUMENT_TLS_CERT cannot be read: EISDIR/],
      [{ ...TLS, DOCUMENT_TLS_CERT: garbage }, /DOCUMENT_TLS_CERT .* are no certificate and its key in PEM/],
    ];
    if (process.getuid?.() !== 0) {
      const closed = path.join(folder, 'closed.pem');
      await writeFile(closed, '');
      await chmod(closed, 0);
      cases.push([{ ...TLS, DOCUMENT_TLS_KEY: closed }, /DOCUMENT_TLS_KEY cannot be read: EACCES/]);
    }
    for (const [environment, said] of cases) {
      const { code, stdout, stderr } = await runToEnd({ environment });
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, said);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
  });
});

describe('a server with keys that other machines can reach', () => {
  const warnings = async (environment: Record<string, string>): Promise<string[]> => {
    const server = await ServerProcess.start({ environment: { DOCUMENT_SERVER_AUTH: 'keys', ...environment } });
    server.signal('SIGTERM');
    await server.exited;
    await server.dispose();
    return server.log.filter(({ level }) => level === 40).map(({ msg }) => String(msg));
  };

  it('warns when nothing encrypts what travels, and only then', async () => {
    const [warning, ...more] = await warnings({ DOCUMENT_SERVER_HOST: '0.0.0.0' });
    assert.match(warning ?? '', /unencrypted.*DOCUMENT_TLS_CERT.*DOCUMENT_TRUST_PROXY/);
    assert.deepEqual(more, []);
    assert.deepEqual(await warnings({ DOCUMENT_SERVER_HOST: '0.0.0.0', ...TLS }), []);
    assert.deepEqual(await warnings({ DOCUMENT_SERVER_HOST: '0.0.0.0', DOCUMENT_TRUST_PROXY: 'loopback' }), []);
    assert.deepEqual(await warnings({}), []);
  });
});
