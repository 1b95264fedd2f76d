import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { BIN, doc, environment, push, startDoc, useFolder } from './doc.js';
import { useServer } from './server-process.js';
import { downloadHeaders, SOME_ID, useStandIns } from './stand-in-server.js';

describe('doc pull', () => {
  const server = useServer();
  const folder = useFolder();
  const pull = (...args: string[]) => doc(['pull', ...args], { url: server.url, cwd: folder.path });

  it('prints what the draft printed', async () => {
    const { document_id } = await push(server.url, 'x'.repeat(25_088), '--name', 'System Architecture');
    const { code, stdout, stderr } = await pull(document_id, '--output', './downloaded-arch.md');
    assert.equal(stdout, 'Downloaded: System Architecture\nSaved to: ./downloaded-arch.md\nSize: 24.5 KB\n');
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.equal(readFileSync(folder.file('downloaded-arch.md'), 'utf8'), 'x'.repeat(25_088));
  });

  it('is also called doc-pull', async () => {
    const { document_id } = await push(server.url, 'x');
    const pulled = await doc([document_id, '--quiet'], { url: server.url, cwd: folder.path, program: 'doc-pull' });
    assert.equal(pulled.stdout, `${document_id}\n`);
    assert.deepEqual(readdirSync(folder.path), ['a.txt']);
  });

  it('writes to the original file name in the current folder', async () => {
    writeFileSync(folder.file('résumé 履歴書.md'), 'content');
    const pushed = await doc(['push', 'résumé 履歴書.md', '--name', 'CV', '--quiet'], {
      url: server.url,
      cwd: folder.path,
    });
    mkdirSync(folder.file('elsewhere'));
    const pulled = await doc(['pull', pushed.stdout.trim()], { url: server.url, cwd: folder.file('elsewhere') });
    assert.equal(pulled.stdout, 'Downloaded: CV\nSaved to: ./résumé 履歴書.md\nSize: 7 B\n');
    assert.deepEqual(readdirSync(folder.file('elsewhere')), ['résumé 履歴書.md']);
  });

  it('tells programs where the file is', async () => {
    const document = await push(server.url, 'x', '--name', 'notes.txt');
    const { stdout } = await pull(document.document_id, '--format', 'json');
    assert.deepEqual(JSON.parse(stdout), {
      document_id: document.document_id,
      name: 'notes.txt',
      original_filename: 'notes.txt',
      path: folder.file('notes.txt'),
      size_bytes: 1,
      checksum_sha256: document.checksum_sha256,
      version: 1,
    });
  });

  it('never writes over a file unless it is told to', async () => {
    const { document_id } = await push(server.url, 'from the server');
    writeFileSync(folder.file('a.txt'), 'mine', { mode: 0o640 });
    for (const args of [[], ['--output', 'a.txt']]) {
      const refused = await pull(document_id, ...args);
      assert.equal(refused.code, 5);
      assert.match(refused.stderr, /a\.txt exists already\.\n.*--overwrite, or choose another path/);
      assert.equal(readFileSync(folder.file('a.txt'), 'utf8'), 'mine');
    }
    const pulled = await pull(document_id, '--overwrite');
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.equal(readFileSync(folder.file('a.txt'), 'utf8'), 'from the server');
    assert.equal(statSync(folder.file('a.txt')).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(folder.path), ['a.txt']);
  });

  it('does not write through a link that leads nowhere', async () => {
    const { document_id } = await push(server.url, 'from the server');
    symlinkSync(folder.file('target'), folder.file('a.txt'));
    assert.equal((await pull(document_id)).code, 5);
    assert.equal(existsSync(folder.file('target')), false);
  });

  it('writes into a folder under the original file name', async () => {
    const { document_id } = await push(server.url, 'x');
    mkdirSync(folder.file('sub'));
    assert.match((await pull(document_id, '--output', 'sub')).stdout, /^Saved to: \.\/sub\/a\.txt$/m);
    assert.equal((await pull(document_id, '--output', 'sub/')).code, 5);
    assert.deepEqual(readdirSync(folder.file('sub')), ['a.txt']);
  });

  it('tells that the folder is not there', async () => {
    const { document_id } = await push(server.url, 'x');
    for (const output of ['nowhere/a.txt', 'nowhere/']) {
      const { code, stderr } = await pull(document_id, '--output', output);
      assert.equal(code, 2);
      assert.match(stderr, /^Error: There is no folder nowhere\/?\.\n/);
    }
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('tells that the folder may not be written to', async function () {
    const { document_id } = await push(server.url, 'x');
    // To root every folder is open, but for those that the kernel makes up.
    const closed = process.getuid?.() === 0 ? '/sys' : folder.file('closed');
    if (closed === '/sys' && !existsSync(closed)) this.skip();
    if (closed !== '/sys') mkdirSync(closed, { mode: 0o555 });
    const { code, stderr } = await pull(document_id, '--output', `${closed}/a.txt`);
    assert.match(stderr, /^Error: \/.*: (permission denied|operation not permitted|read-only file system)/);
    assert.equal(code, 3);
    if (closed !== '/sys') chmodSync(closed, 0o755);
  });

  it('hands the bytes on, and nothing else', async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index);
    const { document_id } = await push(server.url, bytes);
    const { bytes: received, stderr, code } = await pull(document_id, '--output', '-');
    assert.ok(received.equals(bytes));
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('ends quietly when the other command has seen enough', async () => {
    const { document_id } = await push(server.url, Buffer.alloc(5_000_000, 'line\n'));
    const script = `set -o pipefail; "$NODE" "$DOC" pull ${document_id} --output - | head -1`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      env: { ...environment({ url: server.url }), NODE: process.execPath, DOC: `${BIN}/doc.cjs` },
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout, stderr], [0, 'line\n', '']);
  });

  it('tells that there is no such document', async () => {
    const { code, stderr } = await pull('doc_000000000000');
    assert.equal(code, 4);
    assert.match(stderr, /^Error: .*doc_000000000000.*\n.*`doc query`/);
    assert.deepEqual(readdirSync(folder.path), []);
  });
});

describe('doc pull from a server that is not as it should be', () => {
  const standIn = useStandIns();
  const folder = useFolder();
  const pull = (url: string, ...args: string[]) => doc(['pull', SOME_ID, ...args], { url, cwd: folder.path });

  it('leaves no file behind when the content is damaged', async () => {
    const url = await standIn((_, response) => {
      response.writeHead(200, downloadHeaders('intact')).end('INTACT');
    });
    for (const args of [[], ['--output', '-']]) {
      const { code, stderr } = await pull(url, ...args);
      assert.equal(code, 8);
      assert.match(stderr, /^Error: .*damaged/);
    }
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('leaves the old file as it is when the content is damaged', async () => {
    const url = await standIn((_, response) => {
      response.writeHead(200, downloadHeaders('intact')).end('INTACT');
    });
    writeFileSync(folder.file('a.txt'), 'mine');
    assert.equal((await pull(url, '--overwrite')).code, 8);
    assert.deepEqual(readdirSync(folder.path), ['a.txt']);
    assert.equal(readFileSync(folder.file('a.txt'), 'utf8'), 'mine');
  });

  it('leaves no file behind when the connection breaks', async () => {
    const url = await standIn((_, response) => {
      response.writeHead(200, downloadHeaders('x'.repeat(100_000))).write('x'.repeat(50_000), () => response.destroy());
    });
    const { code, stderr } = await pull(url);
    assert.equal(code, 7);
    assert.match(stderr, /^Error: The connection to http:\S+ failed.*\n.*`doc status`/);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('leaves no file behind when nothing moves any more', async () => {
    const url = await standIn((_, response) => {
      response.writeHead(200, downloadHeaders('x'.repeat(100_000))).write('x'.repeat(50_000));
    });
    const options = { url, cwd: folder.path, env: { DOCUMENT_SERVER_TIMEOUT: '0.5' } };
    const { code, stderr } = await doc(['pull', SOME_ID], options);
    assert.equal(code, 7);
    assert.match(stderr, /^Error: .*nothing moved for 0\.5 s\.\n.*DOCUMENT_SERVER_TIMEOUT/);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`leaves no file behind when it is stopped (${signal})`, async () => {
      let begun: () => void = () => undefined;
      const arrived = new Promise<void>((resolve) => (begun = resolve));
      const url = await standIn((_, response) => {
        response.writeHead(200, downloadHeaders('x'.repeat(100_000))).write('x'.repeat(50_000), begun);
      });
      const { child, finished } = startDoc(['pull', SOME_ID], { url, cwd: folder.path });
      await arrived;
      while (readdirSync(folder.path).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill(signal);
      const { code, stderr } = await finished;
      assert.equal(code, 130);
      assert.equal(stderr, 'Error: Interrupted.\n');
      assert.deepEqual(readdirSync(folder.path), []);
    });
  }

  for (const [hostile, safe] of [
    ['../../escaped.txt', /^[^/]*escaped\.txt$/],
    ['/etc/escaped.txt', /^[^/]*escaped\.txt$/],
    ['..', /^[^/]+$/],
    ['a\x1b[31m\nb.txt', /^\P{Cc}+$/u],
  ] as const) {
    it(`makes the file name ${JSON.stringify(hostile)} safe`, async () => {
      const url = await standIn((_, response) => {
        response.writeHead(200, downloadHeaders('content', hostile)).end('content');
      });
      mkdirSync(folder.file('inner'));
      const { code, stdout, stderr } = await doc(['pull', SOME_ID], { url, cwd: folder.file('inner') });
      assert.equal(code, 0, stderr);
      const names = readdirSync(folder.file('inner'));
      assert.equal(names.length, 1);
      assert.match(names[0] ?? '', safe);
      assert.deepEqual(readdirSync(folder.path), ['inner']);
      assert.doesNotMatch(stdout, /[^\P{Cc}\n]/u);
      assert.equal(stdout.split('\n').length, 4, 'the name broke a line');
    });
  }
});
