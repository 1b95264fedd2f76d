import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { doc, push, useFolder } from './doc.js';
import { filesIn, pushFolder } from './folders.js';
import { useServer } from './server-process.js';

describe('doc pull of several documents', () => {
  const server = useServer();
  const folder = useFolder();
  const pull = (...args: string[]) => doc(['pull', ...args], { url: server.url, cwd: folder.path });
  const pushed = (files: Record<string, string>) => pushFolder(server.url, folder, files);

  it('by their tags into a folder that it makes, at the paths that they had', async () => {
    const tag = await pushed({ 'a.md': 'a', 'deep/er/b.md': 'bb', 'deep/c.md': 'ccc' });
    const { code, stdout, stderr } = await pull('--tags', tag, '--output', 'new/out');
    assert.equal(code, 0, stderr);
    assert.deepEqual(filesIn(folder.file('new/out')), ['a.md', 'deep/c.md', 'deep/er/b.md']);
    assert.equal(readFileSync(folder.file('new/out/deep/er/b.md'), 'utf8'), 'bb');
    const rows = stdout.split('\n').map((row) =>
      row
        .split('│')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
    assert.deepEqual(rows[1], ['Document ID', 'Saved to', 'Size', 'Outcome']);
    assert.deepEqual(rows[4]?.slice(1), ['./new/out/deep/c.md', '3 B', 'pulled']);
    assert.equal(stderr, 'Pulled 3 documents.\n');
  });

  it('by a part of their name, or by their ids into the current folder', async () => {
    const [first, second] = [
      await push(server.url, 'one', '--name', 'Findable-1.txt'),
      await push(server.url, 'two', '--name', 'findable-2.txt'),
    ];
    assert.equal((await pull('--name', 'FINDABLE', '--output', 'out', '--jobs', '1')).code, 0);
    assert.deepEqual(filesIn(folder.file('out')), ['Findable-1.txt', 'findable-2.txt']);
    const { stdout } = await pull(first.document_id, second.document_id, '--quiet');
    assert.equal(stdout, `${first.document_id}\n${second.document_id}\n`);
    assert.deepEqual(readdirSync(folder.path), ['Findable-1.txt', 'findable-2.txt', 'out']);
  });

  it('tells programs what is where', async () => {
    const tag = await pushed({ 'a.md': 'a', 'sub/b.md': 'bb' });
    writeFileSync(folder.file('a.md'), 'a');
    const { stdout, stderr } = await pull('--tags', tag, '--output', '.', '--format', 'json');
    const files = JSON.parse(stdout);
    assert.equal(stderr, '');
    assert.deepEqual(
      files.map((file: Record<string, unknown>) => [file['name'], file['path'], file['outcome'], file['version']]),
      [
        ['a.md', folder.file('a.md'), 'unchanged', 1],
        ['sub/b.md', folder.file('sub/b.md'), 'pulled', 1],
      ],
    );
  });

  it('leaves what is there already, and does not fetch it', async () => {
    const tag = await pushed({ 'a.md': 'a', 'b.md': 'b' });
    await pull('--tags', tag, '--output', 'out');
    const before = statSync(folder.file('out/a.md'), { bigint: true });
    const { code, stdout, stderr } = await pull('--tags', tag, '--output', 'out');
    assert.equal(code, 0);
    assert.equal(stdout.match(/unchanged/g)?.length, 2);
    assert.equal(stderr, 'Pulled 2 documents, 2 of them unchanged.\n');
    const after = statSync(folder.file('out/a.md'), { bigint: true });
    assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs]);
  });

  it('writes over other content only when it is told to', async () => {
    const tag = await pushed({ 'a.md': 'a', 'b.md': 'b' });
    mkdirSync(folder.file('out'));
    writeFileSync(folder.file('out/a.md'), 'mine');
    const { code, stderr } = await pull('--tags', tag, '--output', 'out');
    assert.equal(code, 9);
    assert.equal(
      stderr,
      'Pulled 1 of 2 documents.\nError: 1 of 2 documents could not be pulled.\n  ./out/a.md exists already.\n' +
        'Replace it with --overwrite, or choose another path.\n',
    );
    assert.equal(readFileSync(folder.file('out/a.md'), 'utf8'), 'mine');
    assert.equal(readFileSync(folder.file('out/b.md'), 'utf8'), 'b');
    assert.equal((await pull('--tags', tag, '--output', 'out', '--overwrite')).code, 0);
    assert.equal(readFileSync(folder.file('out/a.md'), 'utf8'), 'a');
  });

  it('names each document that failed, to programs in one line', async () => {
    const { document_id } = await push(server.url, 'x');
    const missing = ['doc_000000000000', 'doc_000000000001'];
    const { code, stdout, stderr } = await pull(...missing, document_id, '--output', 'out', '--format', 'json');
    assert.equal(code, 9);
    assert.equal(JSON.parse(stdout).length, 1);
    const failure = JSON.parse(stderr);
    assert.deepEqual([failure.code, failure.exit_code, failure.done], ['partial_failure', 9, 1]);
    assert.deepEqual(
      failure.failed.map((one: Record<string, unknown>) => [one['document_id'], one['code'], one['exit_code']]).sort(),
      missing.map((id) => [id, 'document_not_found', 4]),
    );
    assert.equal((await pull(...missing, '--output', 'out')).code, 4);
  });

  it('keeps documents of one name apart', async () => {
    const ids: string[] = [];
    for (const content of ['one', 'two', 'three']) {
      ids.push((await push(server.url, content, '--name', content === 'three' ? 'SAME.md' : 'same.md')).document_id);
    }
    await pull(...ids.toReversed(), '--output', 'out');
    const [, second = '', third = ''] = ids;
    assert.deepEqual(filesIn(folder.file('out')), [`SAME (${third}).md`, `same (${second}).md`, 'same.md']);
    assert.equal(readFileSync(folder.file('out/same.md'), 'utf8'), 'one');
  });

  it('does not go through links, out of the folder', async () => {
    const tag = await pushed({ 'sub/a.md': 'a', 'b.md': 'b' });
    mkdirSync(folder.file('out'));
    mkdirSync(folder.file('elsewhere'));
    symlinkSync('../elsewhere', folder.file('out/sub'));
    const { code, stderr } = await pull('--tags', tag, '--output', 'out');
    assert.equal(code, 9);
    assert.match(stderr, /\/out\/sub is no folder\./);
    assert.deepEqual(readdirSync(folder.file('elsewhere')), []);
    assert.ok(existsSync(folder.file('out/b.md')));
  });

  it('wants to know which documents, and where to', async () => {
    writeFileSync(folder.file('file'), '');
    for (const [args, message] of [
      [[], /^Error: It is not said which documents are meant\./],
      [['--tags', ''], /^Error: It is not said which documents are meant\./],
      [['--tags', 'a'], /^Error: It is not said where the documents are to go\./],
      [['--tags', 'a', '--output', '-'], /^Error: Several documents cannot be told apart on stdout\.\n.*--archive -/],
      [['doc_000000000000', '--tags', 'a'], /^Error: Ids and filters/],
      [['doc_000000000000', 'doc_1'], /^Error: "doc_1"/],
      [['doc_000000000000', 'doc_000000000001', '--version', '1'], /^Error: --version is for one document\./],
      [['--tags', 'a', '--output', 'file'], /^Error: file is no folder\./],
      [['--tags', 'a', '--output', 'file/sub'], /^Error: file\/sub is no folder\./],
      [['--tags', 'a', '--output', 'x', '--jobs', 'many'], /^Error: --jobs/],
      [['--tags', 'a', '--output', 'x', '--archive', 'x.zip'], /^Error: --archive and --output cannot go together\./],
      [['--tags', 'a', '--archive', 'x.tgz'], /^Error: The name x\.tgz does not tell the archive's format\./],
    ] as const) {
      const { code, stdout, stderr } = await doc(['pull', ...args], { url: 'http://127.0.0.1:9', cwd: folder.path });
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [2, ''], stderr);
    }
  });

  it('says when nothing is found', async () => {
    const { code, stdout, stderr } = await pull('--tags', 'no-such-tag', '--output', 'out');
    assert.deepEqual([code, stdout, stderr], [0, '', 'No documents found.\n']);
    assert.equal((await pull('--tags', 'no-such-tag', '--output', 'out', '--format', 'json')).stdout, '[]\n');
  });
});
