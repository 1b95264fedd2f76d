import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type SkippedEntry, walkFolder, type WalkOptions, wouldWalk } from './index.js';

describe('the walk over a folder', () => {
  let root = '';

  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'document-sync-walk-')));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const write = (file: string, content = ''): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  };

  async function walk(folder = '', options: WalkOptions = {}): Promise<string[]> {
    const paths: string[] = [];
    for await (const file of walkFolder(path.join(root, folder), options)) paths.push(file.path);
    return paths;
  }

  async function walkAndSkip(): Promise<{ paths: string[]; skipped: [string, SkippedEntry['reason']][] }> {
    const skipped: [string, SkippedEntry['reason']][] = [];
    const paths = await walk('', { onSkipped: ({ path, reason }) => skipped.push([path, reason]) });
    return { paths, skipped };
  }

  it('finds files, hidden ones too, in the order of their paths', async () => {
    for (const file of ['b/c.md', 'b.md', 'a-b', 'a/z', '.env', 'b/.hidden/x', 'B.md', 'ä']) write(file, file);
    const paths = await walk();
    assert.deepEqual(paths, ['.env', 'B.md', 'a-b', 'a/z', 'b.md', 'b/.hidden/x', 'b/c.md', 'ä']);
    assert.deepEqual(paths, paths.toSorted());
  });

  it('tells what a file is', async () => {
    write('a/b.md', 'four');
    let count = 0;
    for await (const file of walkFolder(root)) {
      count += 1;
      assert.equal(file.size, 4);
      assert.equal(file.absolute, path.join(root, 'a/b.md'));
      assert.ok(Math.abs(Date.now() - file.mtimeMs) < 60_000);
      assert.ok(file.ino > 0);
    }
    assert.equal(count, 1);
  });

  it('leaves out .git everywhere, a file of that name too', async () => {
    for (const file of ['.git/config', 'sub/.git', '.GIT/config', 'x.git/a', '.github/b']) write(file);
    assert.deepEqual(await walk(), ['.github/b', 'x.git/a']);
  });

  it('obeys the ignore files at every level, the inner ones last', async () => {
    write('.gitignore', '\uFEFF*.tmp\r\nbuild/\n/only-here\n');
    write('.docignore', '!keep.tmp\nsecret*\n# a remark\n');
    write('sub/.gitignore', '!b.tmp\n');
    write('sub/.docignore', '*.md\n');
    for (const file of ['a.tmp', 'keep.tmp', 'build/x', 'deep/build/x', 'only-here', 'deep/only-here', 'secret.md'])
      write(file);
    for (const file of ['sub/a.tmp', 'sub/b.tmp', 'sub/c.md', 'c.md']) write(file);
    assert.deepEqual(await walk(), [
      ...['.docignore', '.gitignore', 'c.md', 'deep/only-here', 'keep.tmp'],
      ...['sub/.docignore', 'sub/.gitignore', 'sub/b.tmp'],
    ]);
  });

  it('leaves out what git leaves out', async function () {
    try {
      execFileSync('git', ['init', '--quiet', root]);
    } catch {
      this.skip();
    }
    write(
      '.gitignore',
      'docs/*\n!docs/keep/\n*.log\n!/important.log\n**/cache\nx?y\n[ab].txt\n\\!bang\ntrailing \nUPPER\n',
    );
    write('docs/.gitignore', '!again/\n');
    write('.git/info/exclude', 'excluded\n');
    for (const file of [
      ...[
        'docs/a.md',
        'docs/keep/b.md',
        'docs/again/c.md',
        'docs/again/d.log',
        'e.log',
        'important.log',
        'sub/important.log',
      ],
      ...[
        'cache/x',
        'deep/er/cache',
        'xzy',
        'a.txt',
        'c.txt',
        '!bang',
        'trailing',
        'excluded',
        'upper',
        'UPPER',
        'ordinary/ä.md',
      ],
    ]) {
      write(file, file);
    }
    for (const folder of ['', 'docs', 'sub']) {
      const listed = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], {
        cwd: path.join(root, folder),
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
      });
      assert.deepEqual(await walk(folder), listed.split('\0').filter(Boolean).sort(), folder);
    }
  });

  it('obeys the rules of the folders above, up to the root of the repository', async () => {
    write('.gitignore', '*\n');
    mkdirSync(path.join(root, 'repository/.git'), { recursive: true });
    write('repository/.gitignore', '*.tmp\n/docs/private\nbuild/\n');
    write('repository/.git/info/exclude', 'mine\n');
    for (const file of ['a.md', 'b.tmp', 'private/c', 'mine', 'build/d']) write(`repository/docs/${file}`);
    assert.deepEqual(await walk('repository/docs'), ['a.md']);
    // Who names a folder means it, whatever the rules say of it.
    assert.deepEqual(await walk('repository/docs/build'), ['d']);
    assert.deepEqual(await walk('repository/docs/private'), ['c']);
  });

  it('knows no rules of the folders above outside a repository', async () => {
    write('.gitignore', '*.md\n');
    write('docs/a.md');
    assert.deepEqual(await walk('docs'), ['a.md']);
  });

  it('follows no links, names them, and cannot run in circles', async () => {
    write('a.md');
    write('sub/b.md');
    symlinkSync('..', path.join(root, 'sub/loop'));
    symlinkSync('/etc/hostname', path.join(root, 'outside'));
    symlinkSync('nowhere', path.join(root, 'dangling'));
    write('.gitignore', 'ignored-link\n');
    symlinkSync('a.md', path.join(root, 'ignored-link'));
    assert.deepEqual(await walkAndSkip(), {
      paths: ['.gitignore', 'a.md', 'sub/b.md'],
      skipped: [
        ['dangling', 'link'],
        ['outside', 'link'],
        ['sub/loop', 'link'],
      ],
    });
  });

  it('walks a folder that is named by a link', async () => {
    write('real/a.md');
    symlinkSync('real', path.join(root, 'link'));
    assert.deepEqual(await walk('link'), ['a.md']);
  });

  it('does not take rules from a link', async () => {
    write('rules', '*\n');
    write('sub/a.md');
    symlinkSync('../rules', path.join(root, 'sub/.gitignore'));
    assert.deepEqual((await walkAndSkip()).paths, ['rules', 'sub/a.md']);
  });

  it('skips names that not every system takes, and what is no file', async function () {
    for (const name of ['line\nbreak', 'back\\slash', 'bell\x07']) write(name);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff])]), '');
    try {
      execFileSync('mkfifo', [path.join(root, 'pipe')]);
    } catch {
      this.skip();
    }
    const { paths, skipped } = await walkAndSkip();
    assert.deepEqual(paths, []);
    assert.deepEqual(skipped.map(([, reason]) => reason).sort(), ['name', 'name', 'name', 'name', 'special']);
  });

  it('tells that a folder cannot be read, and goes on', async function () {
    if (process.getuid?.() === 0) this.skip();
    write('a.md');
    write('closed/b.md');
    write('z.md');
    chmodSync(path.join(root, 'closed'), 0);
    const { paths, skipped } = await walkAndSkip();
    chmodSync(path.join(root, 'closed'), 0o755);
    assert.deepEqual([paths, skipped], [['a.md', 'z.md'], [['closed', 'unreadable']]]);
  });

  it('does not begin where the folder is none', async () => {
    write('a.md');
    await assert.rejects(walk('nowhere'), { code: 'ENOENT' });
    await assert.rejects(walk('a.md'), { code: 'ENOTDIR' });
  });

  it('stops when it is told to', async () => {
    for (const file of ['a/1', 'b/1']) write(file);
    const stop = new AbortController();
    const reason = new Error('enough');
    await assert.rejects(async () => {
      for await (const file of walkFolder(root, { signal: stop.signal })) {
        assert.equal(file.path, 'a/1');
        stop.abort(reason);
      }
    }, reason);
  });

  describe('with a selection', () => {
    beforeEach(() => {
      for (const file of ['a.md', 'b.txt', 'docs/a.md', 'docs/deep/c.md', 'docs/deep/d.txt', 'drafts/a.md'])
        write(file);
    });

    for (const [selection, expected] of [
      [{ include: ['*.md'] }, ['a.md', 'docs/a.md', 'docs/deep/c.md', 'drafts/a.md']],
      [{ include: ['/*.md'] }, ['a.md']],
      [{ include: ['docs/*.md'] }, ['docs/a.md']],
      [{ include: ['docs/**/*.md'] }, ['docs/a.md', 'docs/deep/c.md']],
      [{ include: ['docs'] }, ['docs/a.md', 'docs/deep/c.md', 'docs/deep/d.txt']],
      [{ include: ['deep/'] }, ['docs/deep/c.md', 'docs/deep/d.txt']],
      [{ include: ['*.{md,txt}'], exclude: ['docs/deep', '/drafts'] }, ['a.md', 'b.txt', 'docs/a.md']],
      [{ exclude: ['a.md', 'docs/deep/**'] }, ['b.txt']],
      [{ include: ['./docs/a.md', 'b.txt'] }, ['b.txt', 'docs/a.md']],
      [{ include: ['docs/**'], maxDepth: 2 }, ['docs/a.md']],
      [{ maxDepth: 1 }, ['a.md', 'b.txt']],
    ] as const) {
      it(JSON.stringify(selection), async () => {
        assert.deepEqual(await walk('', selection), expected);
      });
    }

    it('refuses what is no pattern', async () => {
      for (const pattern of ['', '/', './']) {
        await assert.rejects(walk('', { exclude: [pattern] }), { name: 'UsageError' });
      }
    });
  });

  it('walks over ten thousand files in well under a second', async function () {
    this.timeout(30_000);
    for (let folder = 0; folder < 100; folder += 1) {
      for (let file = 0; file < 100; file += 1) write(`folder-${folder}/${file}.md`);
    }
    write('.gitignore', '*.tmp\nbuild/\n');
    const begin = performance.now();
    assert.equal((await walk()).length, 10_001);
    const took = performance.now() - begin;
    assert.ok(took < 3000, `it took ${Math.round(took)} ms`);
  });

  it('can be asked about paths that are not there yet', async () => {
    write('.gitignore', '*.tmp\nbuild/\n');
    write('sub/.docignore', '!b.tmp\nprivate\n');
    const wouldFind = await wouldWalk(root, { exclude: ['/docs.lock'] });
    const asked = [
      'a.md',
      'a.tmp',
      'sub/b.tmp',
      'sub/private/x',
      'build/x',
      'x/build/y',
      'docs.lock',
      'sub/docs.lock',
      '.git/x',
      'a\\b',
      'new/folder/x.md',
    ];
    const found = [];
    for (const path of asked) if (await wouldFind(path)) found.push(path);
    assert.deepEqual(found, ['a.md', 'sub/b.tmp', 'sub/docs.lock', 'new/folder/x.md']);
  });
});
