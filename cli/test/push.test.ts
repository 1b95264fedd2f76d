import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { doc, push, startDoc, useFolder } from './doc.js';
import { useServer } from './server-process.js';
import { useStandIns } from './stand-in-server.js';

describe('doc push', () => {
  const server = useServer();
  const standIn = useStandIns();
  const folder = useFolder();
  const run = (args: string[], input?: string | Uint8Array) =>
    doc(args, { url: server.url, cwd: folder.path, ...(input !== undefined && { input }) });

  it('prints what the draft printed', async () => {
    writeFileSync(folder.file('architecture.md'), '# System Architecture\n');
    const { code, stdout, stderr } = await run([
      ...['push', './architecture.md', '--name', 'System Architecture', '--tags', 'design,docs'],
      ...['--description', 'How the parts fit.'],
    ]);
    const id = /doc_[0-9a-f]{12}/.exec(stdout)?.[0] ?? '';
    assert.equal(
      stdout,
      `Document pushed successfully!\nDocument ID: ${id}\nName: System Architecture\nTags: design, docs\n` +
        `URL: ${server.url}/documents/${id}\n`,
    );
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });

  it('is also called doc-push', async () => {
    writeFileSync(folder.file('a.md'), 'a');
    const { code, stdout } = await doc(['a.md', '--quiet'], { url: server.url, cwd: folder.path, program: 'doc-push' });
    assert.match(stdout, /^doc_[0-9a-f]{12}\n$/);
    assert.equal(code, 0);
  });

  it('names a document after its file, and takes the type from it', async () => {
    writeFileSync(folder.file('résumé 履歴書.md'), 'a');
    const { stdout } = await run(['push', 'résumé 履歴書.md', '--format', 'json']);
    const document = JSON.parse(stdout);
    assert.equal(document.name, 'résumé 履歴書.md');
    assert.equal(document.original_filename, 'résumé 履歴書.md');
    assert.equal(document.mime_type, 'text/markdown');
    assert.deepEqual(document.tags, []);
  });

  it('has no line for tags where there are none', async () => {
    writeFileSync(folder.file('a.md'), 'a');
    assert.doesNotMatch((await run(['push', 'a.md'])).stdout, /Tags/);
  });

  it('takes tags in one option or several', async () => {
    const { tags } = await push(server.url, 'x', '--tags', ' design , docs,', '--tags', 'v2');
    assert.deepEqual(tags, ['design', 'docs', 'v2']);
  });

  it('reads stdin to the last byte', async () => {
    const bytes = randomBytes(300_000);
    const document = await push(server.url, bytes, '--name', 'Plan A/B: bytes.bin');
    assert.equal(document.checksum_sha256, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(document.name, 'Plan A/B: bytes.bin');
    assert.doesNotMatch(document.original_filename, /\//);
  });

  it('takes empty files and an empty stdin', async () => {
    writeFileSync(folder.file('empty.txt'), '');
    assert.equal(JSON.parse((await run(['push', 'empty.txt', '--format', 'json'])).stdout).size_bytes, 0);
    assert.equal((await push(server.url, '')).size_bytes, 0);
  });

  it('needs a name for stdin', async () => {
    const { code, stdout, stderr } = await run(['push', '-'], 'data');
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^Error: .*stdin.*\n.*--name/);
  });

  it('reads from a pipe that has a name', async function () {
    try {
      execFileSync('mkfifo', [folder.file('pipe')]);
    } catch {
      this.skip();
    }
    const { finished } = startDoc(['push', 'pipe', '--name', 'x.txt', '--format', 'json'], {
      url: server.url,
      cwd: folder.path,
    });
    createWriteStream(folder.file('pipe')).end('through the pipe');
    assert.equal(JSON.parse((await finished).stdout).size_bytes, 16);
  });

  it('takes a path that begins with a dash, or is a number', async () => {
    writeFileSync(folder.file('-draft.md'), 'a');
    writeFileSync(folder.file('0123'), 'a');
    assert.match((await run(['push', '--', '-draft.md'])).stdout, /^Name: -draft.md$/m);
    assert.match((await run(['push', './-draft.md'])).stdout, /^Name: -draft.md$/m);
    assert.match((await run(['push', '0123'])).stdout, /^Name: 0123$/m);
  });

  it('refuses what is no file', async () => {
    mkdirSync(folder.file('sub'));
    const directory = await run(['push', 'sub']);
    assert.equal(directory.code, 2);
    assert.match(directory.stderr, /^Error: sub is a folder\.\n/);
    const missing = await run(['push', 'nothing.md']);
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /^Error: There is no file nothing\.md\.\n/);
    assert.ok(missing.stderr.includes(folder.path), 'it does not say where it looked');
  });

  it('tells what the server finds wrong', async () => {
    const { code, stderr } = await run(['push', '-', '--name', 'x'.repeat(600), '--format', 'json'], 'data');
    assert.equal(code, 2);
    const problem = JSON.parse(stderr);
    assert.equal(problem.code, 'validation_failed');
    assert.match(problem.message, /body\.name/);
    assert.ok(problem.request_id);
  });

  it('moves 50 MB there and back, byte for byte', async function () {
    this.timeout(60_000);
    const bytes = randomBytes(50 * 1024 * 1024);
    writeFileSync(folder.file('big.bin'), bytes);
    const pushed = await run(['push', 'big.bin', '--quiet']);
    assert.equal(pushed.code, 0, pushed.stderr);
    const id = pushed.stdout.trim();
    const piped = await run(['pull', id, '--output', '-']);
    assert.ok(piped.bytes.equals(bytes), 'what came through stdout differs');
    const saved = await run(['pull', id, '--output', 'copy.bin']);
    assert.equal(saved.stdout, 'Downloaded: big.bin\nSaved to: copy.bin\nSize: 50.0 MB\n');
    assert.equal(execFileSync('cmp', ['big.bin', 'copy.bin'], { cwd: folder.path }).toString(), '');
  });

  it('can be stopped while it waits for stdin', async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const url = await standIn((request) => {
      request.on('data', arrive).on('error', () => undefined);
    });
    const { child, finished } = startDoc(['push', '-', '--name', 'x'], { url });
    child.stdin.write('the beginning');
    await arrived;
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    assert.equal(code, 130);
    assert.equal(stderr, 'Error: Interrupted.\n');
  });
});

describe('doc push to a server with a limit', () => {
  const server = useServer({ DOCUMENT_MAX_FILE_BYTES: '100000' });
  const folder = useFolder();

  it('tells that the file is too large, whenever the server breaks off', async function () {
    this.timeout(60_000);
    writeFileSync(folder.file('big.bin'), Buffer.alloc(48 * 1024 * 1024));
    for (let round = 0; round < 6; round += 1) {
      const { code, stderr } = await doc(['push', folder.file('big.bin')], { url: server.url });
      assert.match(stderr, /larger than 100000 bytes/);
      assert.equal(code, 2);
    }
  });

  it('tells that a resumable push is too large before a byte of it is sent', async () => {
    writeFileSync(folder.file('big.bin'), Buffer.alloc(200_000));
    const env = { DOCUMENT_RESUMABLE_FROM_BYTES: '0' };
    const { code, stderr } = await doc(['push', folder.file('big.bin')], { url: server.url, env });
    assert.match(stderr, /^Error: .*larger than .*DOCUMENT_MAX_FILE_BYTES/);
    assert.equal(code, 2);
  });

  it('tells which of several files are too large, and pushes the others', async () => {
    for (const [name, bytes] of [
      ['a.bin', 10],
      ['b.bin', 200_000],
      ['c.bin', 20],
      ['d.bin', 5_000_000],
    ] as const) {
      writeFileSync(folder.file(name), Buffer.alloc(bytes, name));
    }
    const run = (...args: string[]) =>
      doc(['push', '.', '--recursive', ...args], { url: server.url, cwd: folder.path });
    const { code, stdout, stderr } = await run();
    assert.equal(code, 9);
    assert.match(stdout, /a\.bin.*10 B[^]*c\.bin.*20 B/);
    assert.doesNotMatch(stdout, /[bd]\.bin/);
    assert.match(
      stderr,
      /^Pushed 2 of 4 files, 30 B\.\nError: 2 of 4 files could not be pushed\.\n {2}b\.bin: .*larger.*\n {2}d\.bin: .*larger/,
    );

    const json = await run('--format', 'json');
    assert.equal(json.code, 9);
    assert.deepEqual(
      JSON.parse(json.stdout).map(({ name }: { name: string }) => name),
      ['a.bin', 'c.bin'],
    );
    const failure = JSON.parse(json.stderr);
    assert.deepEqual([failure.code, failure.exit_code, failure.done], ['partial_failure', 9, 2]);
    assert.deepEqual(
      failure.failed.map((one: Record<string, unknown>) => [one['file'], one['code'], one['exit_code']]),
      [
        ['b.bin', 'file_too_large', 2],
        ['d.bin', 'file_too_large', 2],
      ],
    );
  });
});
