import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { doc, push, useFolder } from './doc.js';
import { filesIn, pushFolder } from './folders.js';
import { useServer } from './server-process.js';
import { useStandIns } from './stand-in-server.js';

describe('doc pull of an archive', () => {
  const server = useServer();
  const standIn = useStandIns();
  const folder = useFolder();
  const pull = (...args: string[]) => doc(['pull', ...args], { url: server.url, cwd: folder.path });
  const pushed = (files: Record<string, string>) => pushFolder(server.url, folder, files);

  it('in a file, whose documents are found again in it', async function () {
    const tag = await pushed({ 'a.md': 'a', 'deep/b.md': 'bb' });
    const { code, stdout, stderr } = await pull('--tags', tag, '--archive', 'all.tar');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Saved to: all\.tar\nSize: [\d.]+ KB\n$/);
    mkdirSync(folder.file('out'));
    const { error, status } = spawnSync('tar', ['-x', '-f', '../all.tar'], { cwd: folder.file('out') });
    if (error !== undefined) this.skip();
    assert.equal(status, 0);
    assert.deepEqual(filesIn(folder.file('out')), ['a.md', 'deep/b.md']);
  });

  it('as a zip, also by ids', async () => {
    const { document_id } = await push(server.url, 'x');
    const { code, stdout } = await pull(document_id, '--archive', 'one.zip', '--format', 'json');
    assert.equal(code, 0);
    const told = JSON.parse(stdout);
    assert.deepEqual([told.path, told.format], ['one.zip', 'zip']);
    const bytes = readFileSync(folder.file('one.zip'));
    assert.equal(bytes.length, told.size_bytes);
    assert.equal(bytes.subarray(0, 2).toString(), 'PK');
  });

  it('on stdout, for another command', async function () {
    const tag = await pushed({ 'a.md': 'a', 'deep/b.md': 'bb' });
    const { bytes, stderr, code } = await pull('--tags', tag, '--archive', '-');
    assert.deepEqual([code, stderr], [0, '']);
    const listed = spawnSync('tar', ['-t'], { input: bytes, encoding: 'utf8' });
    if (listed.error !== undefined) this.skip();
    assert.deepEqual(listed.stdout.trim().split('\n').sort(), ['a.md', 'deep/b.md']);
  });

  it('never over another file unless it is told to', async () => {
    const { document_id } = await push(server.url, 'x');
    writeFileSync(folder.file('one.zip'), 'mine');
    const { code, stderr } = await pull(document_id, '--archive', 'one.zip');
    assert.equal(code, 5);
    assert.equal(stderr, 'Error: one.zip exists already.\nReplace it with --overwrite, or choose another path.\n');
    assert.equal(readFileSync(folder.file('one.zip'), 'utf8'), 'mine');
    assert.equal((await pull(document_id, '--archive', 'one.zip', '--overwrite')).code, 0);
    assert.deepEqual(readdirSync(folder.path), ['one.zip']);
  });

  it('says when there is nothing in it', async () => {
    const { code, stderr } = await pull('--tags', 'no-such-tag', '--archive', 'none.zip');
    assert.deepEqual([code, stderr], [0, 'No documents found; the archive is empty.\n']);
  });

  it('leaves no archive whose end is missing', async () => {
    const url = await standIn((_, response) => {
      response.writeHead(200, {
        'content-type': 'application/zip',
        'content-disposition': 'attachment; filename="documents.zip"',
        'transfer-encoding': 'chunked',
      });
      response.write('PK', () => response.destroy());
    });
    const { code, stderr } = await doc(['pull', 'doc_000000000001', '--archive', 'x.zip'], { url, cwd: folder.path });
    assert.equal(code, 7, stderr);
    assert.deepEqual(readdirSync(folder.path), []);
  });
});
