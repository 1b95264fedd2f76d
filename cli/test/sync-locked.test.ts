import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { BIN, doc, environment, type Finished, useFolder } from './doc.js';
import { useServer } from './server-process.js';

describe('doc pull --locked', () => {
  const server = useServer();
  const folder = useFolder();
  const run = (...args: string[]): Promise<Finished> =>
    doc(args, { url: server.url, cwd: folder.path, env: { DOCUMENT_CACHE_DIR: folder.file('cache') } });

  /** A folder whose lock names old versions, and one with the lock alone. */
  beforeEach(async () => {
    mkdirSync(folder.file('one/docs'), { recursive: true });
    mkdirSync(folder.file('two'));
    writeFileSync(folder.file('one/a.md'), 'first\n');
    writeFileSync(folder.file('one/docs/b.md'), 'b\n');
    await run('sync', 'one', '--tag', folder.path);
    copyFileSync(folder.file('one/docs.lock'), folder.file('two/docs.lock'));
    appendFileSync(folder.file('one/a.md'), 'second\n');
    writeFileSync(folder.file('one/new.md'), 'new\n');
    await run('sync', 'one');
  });

  it('fetches exactly what the lock names, and nothing twice', async () => {
    const lock = readFileSync(folder.file('two/docs.lock'), 'utf8');
    const { code, stdout, stderr } = await run('pull', '--locked', 'two');
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, 'Pulled: a.md (version 1)\nPulled: docs/b.md (version 1)\n');
    assert.deepEqual(readdirSync(folder.file('two')).sort(), ['a.md', 'docs', 'docs.lock']);
    assert.equal(readFileSync(folder.file('two/a.md'), 'utf8'), 'first\n');
    assert.equal(readFileSync(folder.file('two/docs.lock'), 'utf8'), lock);
    rmSync(folder.file('two/docs/b.md'));
    const again = await doc(['pull', '--locked', '--format', 'json'], { url: server.url, cwd: folder.file('two') });
    assert.deepEqual(
      JSON.parse(again.stdout).map(({ path, outcome }: Record<string, string>) => [path, outcome]),
      [
        ['docs/b.md', 'pulled'],
        ['a.md', 'unchanged'],
      ],
    );
  });

  it('replaces a file that differs only when that is wanted', async () => {
    writeFileSync(folder.file('two/a.md'), 'mine\n');
    writeFileSync(folder.file('two/other.md'), 'other\n');
    const refused = await run('pull', 'two', '--locked');
    assert.deepEqual([refused.code, refused.stdout], [5, '']);
    assert.match(refused.stderr, /^Error: 1 file is not what docs\.lock says\.\n {2}a\.md\n.*--overwrite/);
    assert.ok(!existsSync(folder.file('two/docs')));
    assert.equal((await run('pull', 'two', '--locked', '--overwrite')).code, 0);
    assert.equal(readFileSync(folder.file('two/a.md'), 'utf8'), 'first\n');
    assert.equal(readFileSync(folder.file('two/other.md'), 'utf8'), 'other\n');
  });

  it('tells what it cannot fetch, and fetches the rest', async () => {
    const lock = readFileSync(folder.file('two/docs.lock'), 'utf8');
    writeFileSync(folder.file('two/docs.lock'), lock.replace('version 1', 'version 7'));
    const { code, stdout, stderr } = await run('pull', '--locked', 'two');
    assert.deepEqual([code, stdout], [9, 'Pulled: docs/b.md (version 1)\n']);
    assert.match(stderr, /^Error: a\.md: .*version 7/);
    writeFileSync(folder.file('two/docs.lock'), lock.replace(/sha256 \w+/, `sha256 ${'0'.repeat(64)}`));
    const damaged = await run('pull', '--locked', 'two');
    assert.equal(damaged.code, 9);
    assert.match(damaged.stderr, /^Error: .*is not what docs\.lock says of a\.md/);
    assert.deepEqual(readdirSync(folder.file('two')).sort(), ['docs', 'docs.lock']);
  });

  it('says what it needs', async () => {
    const wrong: [args: string[], message: RegExp][] = [
      [['--locked', 'cache'], /no docs\.lock in cache/],
      [['--locked', 'one', 'two'], /one folder/],
      [['--locked', 'one', '--tags', 'x'], /--locked and --tags/],
    ];
    for (const [args, message] of wrong) {
      const { code, stderr } = await run('pull', ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });
});

describe('doc sync on a disk that fills', () => {
  const server = useServer();
  const folder = useFolder();

  const inside = (script: string) =>
    spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', script], {
      cwd: folder.path,
      env: {
        ...environment({ url: server.url }),
        NODE: process.execPath,
        DOC: `${BIN}/doc.cjs`,
        DOCUMENT_CACHE_DIR: folder.file('cache'),
      },
      encoding: 'utf8',
    });
  const mount = 'mount -t tmpfs -o size=1m none small';
  beforeEach(function () {
    mkdirSync(folder.file('small'));
    if (inside(mount).status !== 0) this.skip();
  });

  it('leaves nothing half-written, and goes on when there is room', function () {
    this.timeout(30_000);
    const script = `${mount}
      mkdir full; for n in 1 2 3 4 5; do head -c 300000 /dev/urandom > full/$n.bin; done
      "$NODE" "$DOC" sync full --tag disk --quiet > ids
      "$NODE" "$DOC" sync small --tag disk --jobs 1 > out 2> err; echo "code $?"
      find small -type f -size -300000c ! -name docs.lock
      mount -o remount,size=10m small
      "$NODE" "$DOC" sync small > again; echo "code $?"
      diff -r full small && echo same`;
    const { stdout, stderr } = inside(script);
    assert.equal(stderr, '');
    assert.equal(stdout, 'code 9\ncode 0\nsame\n');
    assert.match(
      readFileSync(folder.file('out'), 'utf8'),
      /^(Pulled: \d\.bin \(version 1\)\n){1,3}In step: \d documents?\n$/,
    );
    assert.match(readFileSync(folder.file('err'), 'utf8'), /^Error: \d\.bin: [^]*Make room[^]*Not begun: \d step/);
  });

  it('tells the reason once for all files, when the lock is pulled', function () {
    this.timeout(30_000);
    const script = `${mount}
      mkdir full; for n in 1 2 3 4 5 6; do head -c 600000 /dev/urandom > full/$n.bin; done
      "$NODE" "$DOC" sync full --tag locked --quiet > ids
      cp full/docs.lock small
      "$NODE" "$DOC" pull --locked small > out 2> err; cat err
      find small -type f -size -600000c ! -name docs.lock`;
    const { stdout, stderr } = inside(script);
    assert.equal(stderr, '');
    assert.equal(stdout.match(/^Error: /gm)?.length, 1, stdout);
    assert.match(stdout, /^Error: (\d\.bin: )?There is no room: the disk is full\.\n( {2}\d\.bin\n)*Make room[^\n]*\n/);
    assert.match(stdout, /\nNot begun: \d files?\. Run the same command again\.\n$/);
  });
});
