import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { doc, push, useFolder } from './doc.js';
import { useServer } from './server-process.js';

const BASE = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n';

describe('doc versions', () => {
  const server = useServer();
  const versions = (...args: string[]) => doc(['versions', ...args], { url: server.url });
  let id = '';

  before(async () => {
    id = (await push(server.url, 'x'.repeat(2048))).document_id;
    await doc(['append', id, 'y', '--message', 'More\nand why'], { url: server.url });
    await doc(['append', id, 'z'], { url: server.url });
  });

  it('lists them newest first, with the first line of their messages', async () => {
    const { code, stdout, stderr } = await versions(id);
    const recorded = JSON.parse((await versions(id, '--format', 'json')).stdout);
    const time = (at: number): string => recorded[at].created_at.slice(0, 19).replace('T', ' ');
    assert.deepEqual(stdout.trimEnd().split('\n'), [
      '┌─────────┬─────────────────────┬────────┬───────────┬─────────┐',
      '│ Version │ Created             │ Size   │ Author    │ Message │',
      '├─────────┼─────────────────────┼────────┼───────────┼─────────┤',
      `│ 3       │ ${time(0)} │ 2.0 KB │ anonymous │         │`,
      `│ 2       │ ${time(1)} │ 2.0 KB │ anonymous │ More …  │`,
      `│ 1       │ ${time(2)} │ 2.0 KB │ anonymous │         │`,
      '└─────────┴─────────────────────┴────────┴───────────┴─────────┘',
    ]);
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('gives programs what the server sent, numbers alone, and pages', async () => {
    const raw = await (await fetch(`${server.url}/documents/${id}/versions`)).json();
    assert.deepEqual(JSON.parse((await versions(id, '--format', 'json')).stdout), raw);
    assert.equal((await versions(id, '--all', '--quiet')).stdout, '3\n2\n1\n');
    const page = await versions(id, '--limit', '2', '--quiet');
    assert.equal(page.stdout, '3\n2\n');
    const cursor = /^There are more versions\. Add --all .* --cursor (\S+) /.exec(page.stderr)?.[1];
    assert.equal((await versions(id, '--limit', '2', '--quiet', '--cursor', cursor ?? '')).stdout, '1\n');
  });

  it('tells that there is no such document', async () => {
    assert.equal((await versions('doc_000000000000')).code, 4);
    assert.equal((await versions(id, '--limit', '1001')).code, 2);
  });
});

describe('doc diff', () => {
  const server = useServer();
  const folder = useFolder();
  const diff = (...args: string[]) => doc(['diff', ...args], { url: server.url });
  let id = '';

  before(async () => {
    id = (await push(server.url, BASE, '--name', 'n.txt')).document_id;
    for (const [at, content] of [
      BASE.replace('two', 'TWO'),
      BASE.replace('nine', 'NINE\x1b[31m').trimEnd(),
    ].entries()) {
      await doc(['update', id, '-', '--base', String(at + 1)], { url: server.url, input: content });
    }
  });

  it('compares with the version before, byte for byte', async () => {
    const { code, stdout, stderr } = await diff(id, '--to', '2', '--context', '1');
    assert.equal(stdout, '--- n.txt\tversion 1\n+++ n.txt\tversion 2\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n');
    assert.deepEqual([code, stderr], [0, '']);
    const newest = '\n-nine\n-ten\n+NINE\x1b[31m\n+ten\n\\ No newline at end of file\n';
    assert.ok((await diff(id)).stdout.endsWith(newest));
  });

  it('makes a patch that applies', async function () {
    writeFileSync(folder.file('n.txt'), BASE);
    const { stdout } = await diff(id, '--from', '1');
    try {
      execFileSync('patch', ['-s', 'n.txt'], { cwd: folder.path, input: stdout });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.skip();
      throw error;
    }
    const { stdout: newest } = await doc(['pull', id, '--output', '-'], { url: server.url });
    assert.equal(readFileSync(folder.file('n.txt'), 'utf8'), newest);
  });

  it('says nothing where nothing is different', async () => {
    assert.deepEqual(await diff(id, '--from', '2', '--to', '2'), {
      code: 0,
      stdout: '',
      stderr: '',
      bytes: Buffer.alloc(0),
    });
    assert.equal((await diff(id, '--from', '2', '--to', '2', '--quiet')).stdout, '');
  });

  it('gives programs the hunks, and the id where there are any', async () => {
    const comparison = JSON.parse((await diff(id, '--to', '2', '--context', '0', '--format', 'json')).stdout);
    assert.deepEqual(comparison, {
      document_id: id,
      from: 1,
      to: 2,
      hunks: [{ old_start: 2, old_lines: 1, new_start: 2, new_lines: 1, lines: ['-two', '+TWO'] }],
    });
    assert.equal((await diff(id, '--quiet')).stdout, `${id}\n`);
  });

  it('tells what it cannot compare', async () => {
    const { document_id: binary } = await push(server.url, 'a\0b');
    await doc(['update', binary, '-', '--base', '1'], { url: server.url, input: 'a\0c' });
    const { code, stderr } = await diff(binary);
    assert.equal(code, 2);
    assert.match(stderr, /^Error: .*binary/);
    assert.equal((await diff(id, '--from', '9')).code, 4);
    assert.equal((await diff(id, '--from', 'x')).code, 2);
    assert.equal((await diff(id, '--context', '-1')).code, 2);
    assert.equal((await diff(id, '--context', '1001')).code, 2);
  });
});

describe('doc rollback', () => {
  const server = useServer();
  const rollback = (...args: string[]) => doc(['rollback', ...args], { url: server.url });
  const twoVersions = async (): Promise<string> => {
    const { document_id } = await push(server.url, 'one\n');
    await doc(['update', document_id, '-', '--base', '1'], { url: server.url, input: 'two\n' });
    return document_id;
  };

  it('makes the old content the newest version', async () => {
    const id = await twoVersions();
    const { code, stdout, stderr } = await rollback(id, '--to', '1', '--base', '2', '--message', 'Back');
    assert.match(stdout, /^Version 3 created\.\nDocument ID: .*\nName: a\.txt\nVersion: 3\nURL: /);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal((await doc(['cat', id], { url: server.url })).stdout, 'one\n');
    assert.match((await rollback(id, '--to', '1', '--base', 'any')).stdout, /^Unchanged: version 3 /);
    const [newest] = JSON.parse((await doc(['versions', id, '--format', 'json'], { url: server.url })).stdout);
    assert.equal(newest.message, 'Back');
  });

  it('gives programs what the server sent, and ids alone', async () => {
    const id = await twoVersions();
    const change = JSON.parse((await rollback(id, '--to', '1', '--base', '2', '--format', 'json')).stdout);
    assert.deepEqual([change.version, change.parents, change.outcome], [3, [2], 'created']);
    assert.equal((await rollback(id, '--to', '2', '--base', '3', '--quiet')).stdout, `${id}\n`);
  });

  it('replaces nothing that was not read', async () => {
    const id = await twoVersions();
    const { code, stderr } = await rollback(id, '--to', '1', '--base', '1');
    assert.equal(code, 5);
    assert.match(
      stderr,
      /^Error: The document is at version 2 now, .*\nSee .*\n.*repeat the command with --base 2\.\n$/,
    );
  });

  it('wants both versions to be named', async () => {
    const id = await twoVersions();
    const withoutTo = await rollback(id, '--base', '2');
    assert.equal(withoutTo.code, 2);
    assert.match(withoutTo.stderr, /^Error: .*which version is to come back\.\n.*--to 2.*`doc versions`/);
    assert.match((await rollback(id, '--to', '1')).stderr, /^Error: .*which version it replaces\.\n/);
    assert.equal((await rollback(id, '--to', '3', '--base', '2')).code, 4);
    assert.equal((await rollback(id, '--to', 'first', '--base', '2')).code, 2);
  });
});

describe('doc pull of a version', () => {
  const server = useServer();
  const folder = useFolder();

  it('writes what it was, and tells the version when it is not the first', async () => {
    const { document_id: id } = await push(server.url, 'one', '--name', 'n.txt');
    await doc(['update', id, '-', '--base', '1'], { url: server.url, input: 'two' });
    const pull = (...args: string[]) => doc(['pull', id, ...args], { url: server.url, cwd: folder.path });
    assert.equal((await pull()).stdout, 'Downloaded: n.txt\nSaved to: ./n.txt\nSize: 3 B\nVersion: 2\n');
    assert.equal(readFileSync(folder.file('n.txt'), 'utf8'), 'two');
    const first = await pull('--version', '1', '--output', 'one.txt');
    assert.equal(first.stdout, 'Downloaded: n.txt\nSaved to: one.txt\nSize: 3 B\n');
    assert.equal(readFileSync(folder.file('one.txt'), 'utf8'), 'one');
    assert.equal((await pull('--version', '1', '--output', '-')).stdout, 'one');
    const json = JSON.parse((await pull('--overwrite', '--format', 'json')).stdout);
    assert.equal(json.version, 2);
    assert.equal((await pull('--version', '3')).code, 4);
    const alone = await doc([id, '--version', '1', '--output', '-'], { url: server.url, program: 'doc-pull' });
    assert.equal(alone.stdout, 'one');
  });
});
