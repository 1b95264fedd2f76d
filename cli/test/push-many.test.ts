import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { doc, startDoc, useFolder } from './doc.js';
import { useServer } from './server-process.js';
import { useStandIns } from './stand-in-server.js';

describe('doc push of several files', () => {
  const server = useServer();
  const standIn = useStandIns();
  const folder = useFolder();
  const push = (...args: string[]) => doc(['push', ...args], { url: server.url, cwd: folder.path });

  const write = (file: string, content = file): void => {
    mkdirSync(path.dirname(folder.file(file)), { recursive: true });
    writeFileSync(folder.file(file), content);
  };

  async function pushedNames(...args: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await push(...args, '--format', 'json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout).map(({ name }: { name: string }) => name);
  }

  it('shows each in a table, in their order, and how many there were', async () => {
    write('b.md', 'four');
    write('a.md', 'seven c');
    const { code, stdout, stderr } = await push(
      'b.md',
      'a.md',
      'b.md',
      './a.md',
      '--tags',
      'x,y',
      '--description',
      'D',
    );
    assert.equal(code, 0);
    const rows = stdout.split('\n').map((row) =>
      row
        .split('│')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
    assert.deepEqual(rows[1], ['Document ID', 'Name', 'Size']);
    assert.deepEqual(
      [rows[3]?.slice(1), rows[4]?.slice(1)],
      [
        ['b.md', '4 B'],
        ['a.md', '7 B'],
      ],
    );
    assert.equal(stderr, 'Pushed 2 files, 11 B.\n');
    for (const id of [rows[3]?.[0], rows[4]?.[0]]) {
      const { stdout: info } = await doc(['info', id ?? '', '--format', 'json'], { url: server.url });
      assert.deepEqual([JSON.parse(info).tags, JSON.parse(info).description], [['x', 'y'], 'D']);
    }
  });

  it('gives programs the documents, and ids alone', async () => {
    write('a.md');
    write('b.md');
    const { stdout, stderr } = await push('a.md', 'b.md', '--quiet');
    assert.match(stdout, /^doc_[0-9a-f]{12}\ndoc_[0-9a-f]{12}\n$/);
    assert.equal(stderr, '');
    const json = await push('a.md', 'b.md', '--format', 'json');
    const [first] = JSON.parse(json.stdout);
    const info = await doc(['info', first.document_id, '--format', 'json'], { url: server.url });
    assert.deepEqual(first, JSON.parse(info.stdout));
    assert.equal(json.stderr, '');
  });

  it('names what is in a folder like its path there, and files alone after themselves', async () => {
    for (const file of ['docs/a.md', 'docs/deep/b.md', 'docs/.hidden', 'one/c.md']) write(file);
    assert.deepEqual(await pushedNames('docs', 'one/c.md', '--recursive'), ['.hidden', 'a.md', 'deep/b.md', 'c.md']);
    const { stdout } = await push('docs/deep/', '--recursive', '--format', 'json');
    const [document] = JSON.parse(stdout);
    assert.deepEqual([document.name, document.original_filename], ['b.md', 'b.md']);
  });

  it('needs to be told that a folder is meant', async () => {
    write('docs/a.md');
    for (const words of [['docs'], ['docs', 'docs/a.md']]) {
      const { code, stdout, stderr } = await push(...words);
      assert.deepEqual([code, stdout], [2, '']);
      assert.equal(stderr, 'Error: docs is a folder.\nAdd --recursive to push the files in it.\n');
    }
  });

  it('obeys .gitignore and .docignore, and what is included and excluded', async () => {
    write('.gitignore', '*.log\n');
    write('docs/.docignore', 'private/\n');
    for (const file of ['a.md', 'a.log', 'docs/b.md', 'docs/c.txt', 'docs/private/d.md', '.git/config']) write(file);
    assert.deepEqual(await pushedNames('.', '--recursive'), [
      '.gitignore',
      'a.md',
      'docs/.docignore',
      'docs/b.md',
      'docs/c.txt',
    ]);
    assert.deepEqual(await pushedNames('.', '--recursive', '--include', '*.md'), ['a.md', 'docs/b.md']);
    const chosen = ['--include', '*.md', '--include', '*.txt', '--exclude', '/a.md', '--exclude', 'b.*'];
    assert.deepEqual(await pushedNames('.', '--recursive', ...chosen), ['docs/c.txt']);
  });

  it('takes globs in quotes', async () => {
    write('docs/.gitignore', 'x.md\n');
    for (const file of ['docs/a.md', 'docs/b.txt', 'docs/deep/c.md', 'docs/x.md', 'docs/.hidden.md', 'd[1].md'])
      write(file);
    assert.deepEqual(await pushedNames('docs/**/*.md'), ['a.md', 'deep/c.md']);
    assert.deepEqual(await pushedNames('docs/*', '--exclude', '*.txt'), ['a.md']);
    // A file of that very name is meant rather than what the glob would fit.
    write('d1.md');
    const { stdout } = await push('d[1].md');
    assert.match(stdout, /^Document pushed successfully!\n.*\nName: d\[1\]\.md\n/);
    const nothing = await push('docs/*.zip');
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /^Error: No file fits docs\/\*\.zip\.\n/);
  });

  it('shows what it would push, without a server', async () => {
    write('docs/a.md', 'four');
    write('docs/deep/b.md', 'x'.repeat(2048));
    const surroundings = { url: 'http://127.0.0.1:9', cwd: folder.path };
    const dryRun = (...args: string[]) => doc(['push', 'docs', '--recursive', '--dry-run', ...args], surroundings);
    const { code, stdout, stderr } = await dryRun();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /│ docs\/a\.md +│ a\.md +│ 4 B +│\n│ docs\/deep\/b\.md +│ deep\/b\.md +│ 2\.0 KB │/);
    assert.equal(stderr, '2 files, 2.0 KB. Nothing was pushed.\n');
    assert.equal((await dryRun('--quiet')).stdout, 'docs/a.md\ndocs/deep/b.md\n');
    assert.deepEqual(JSON.parse((await dryRun('--format', 'json')).stdout)[0], {
      file: 'docs/a.md',
      name: 'a.md',
      size_bytes: 4,
    });
    const one = await doc(['push', 'docs/a.md', '--dry-run', '--name', 'x', '--format', 'json'], surroundings);
    assert.deepEqual(JSON.parse(one.stdout), [{ file: 'docs/a.md', name: 'x', size_bytes: 4 }]);
  });

  it('pushes nothing when one of the words is wrong', async () => {
    write('a.md');
    for (const [words, message] of [
      [['a.md', 'missing.md'], /^Error: There is no file missing\.md\.\n/],
      [['a.md', 'nowhere/*.md'], /^Error: There is no file nowhere\/\*\.md\.\n/],
      [['a.md', '-'], /^Error: stdin \(-\) is pushed alone\.\n/],
      [['-', '--dry-run', '--name', 'x'], /^Error: --dry-run does not read stdin\.\n/],
      [['a.md', 'b.md', '--name', 'x'], /^Error: --name is for one document/],
      [['.', '--recursive', '--name', 'x'], /^Error: --name is for one document/],
      [['.', '--recursive', '--include', '*.zip'], /^Error: There is nothing to push\.\n/],
      [['.', '--recursive', '--exclude', '/'], /^Error: --exclude "\/" is no pattern\.\n/],
      [['a.md', '/dev/null'], /^Error: \/dev\/null is no regular file\.\n/],
    ] as const) {
      const { code, stdout, stderr } = await doc(['push', ...words], { url: 'http://127.0.0.1:9', cwd: folder.path });
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [2, '']);
    }
  });

  it('names the links that it does not follow', async () => {
    write('docs/a.md');
    symlinkSync('..', folder.file('docs/loop'));
    symlinkSync('/etc/hostname', folder.file('docs/outside'));
    const { code, stdout, stderr } = await push('docs', '--recursive', '--quiet');
    assert.equal(code, 0);
    assert.equal(stdout.split('\n').length, 2);
    assert.equal(
      stderr,
      'docs/loop is left out: it is a symbolic link, and those are not followed.\n' +
        'docs/outside is left out: it is a symbolic link, and those are not followed.\n',
    );
    const json = await push('docs', '--recursive', '--format', 'json');
    const [note] = json.stderr.split('\n');
    assert.deepEqual(JSON.parse(note ?? '').left_out, 'link');
  });

  it('says that a folder could not be read, and pushes the rest', async function () {
    if (process.getuid?.() === 0) this.skip();
    write('docs/a.md');
    write('docs/closed/b.md');
    chmodSync(folder.file('docs/closed'), 0);
    const { code, stderr } = await push('docs', '--recursive', '--quiet');
    const shown = await push('docs', '--recursive', '--dry-run');
    chmodSync(folder.file('docs/closed'), 0o755);
    assert.equal(code, 9);
    assert.match(stderr, /^Error: 1 of 2 files could not be pushed\.\n.*docs\/closed: .*permission denied/);
    assert.equal(shown.code, 0);
    assert.match(shown.stderr, /^docs\/closed cannot be read: .*\n1 file, 9 B\. Nothing was pushed\.\n$/);
  });

  it('pushes a thousand files and more, with content and names intact', async function () {
    this.timeout(60_000);
    for (let index = 0; index < 1200; index += 1) write(`many/${index % 10}/${index} ä.md`, `content ${index}`);
    const { code, stdout, stderr } = await push(
      'many',
      '--recursive',
      '--tags',
      'many',
      '--format',
      'json',
      '--jobs',
      '2',
    );
    assert.equal(code, 0, stderr);
    const documents = JSON.parse(stdout);
    assert.equal(documents.length, 1200);
    assert.equal(new Set(documents.map(({ document_id }: { document_id: string }) => document_id)).size, 1200);
    const some = documents.find(({ name }: { name: string }) => name === '7/777 ä.md');
    const { stdout: content } = await doc(['cat', some.document_id], { url: server.url });
    assert.equal(content, readFileSync(folder.file('many/7/777 ä.md'), 'utf8'));
  });

  it('says once that nobody answers', async () => {
    write('a.md');
    write('b.md');
    const { code, stdout, stderr } = await doc(['push', 'a.md', 'b.md'], {
      url: 'http://127.0.0.1:9',
      cwd: folder.path,
    });
    assert.deepEqual([code, stdout], [7, '']);
    assert.equal(stderr.match(/Error:/g)?.length, 1);
    assert.match(stderr, /npm start/);
  });

  it('says that files may have been stored when the connection breaks', async () => {
    write('a.md');
    write('b.md');
    const url = await standIn((request) => {
      request.on('data', () => undefined);
      request.on('end', () => request.socket.destroy());
    });
    const { code, stderr } = await doc(['push', 'a.md', 'b.md', '--format', 'json'], { url, cwd: folder.path });
    assert.equal(code, 7);
    const { failed } = JSON.parse(stderr);
    assert.deepEqual(
      failed.map(({ file }: { file: string }) => file),
      ['a.md', 'b.md'],
    );
    for (const { message } of failed) assert.match(message, /may have been stored/);
  });

  it('can be stopped', async () => {
    write('a.md');
    write('b.md');
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const url = await standIn((request) => {
      request.on('data', arrive).on('error', () => undefined);
    });
    const { child, finished } = startDoc(['push', 'a.md', 'b.md'], { url, cwd: folder.path });
    await arrived;
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    assert.deepEqual([code, stdout, stderr], [130, '', 'Error: Interrupted.\n']);
  });
});
