import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { doc, type Finished, push, startDoc, useFolder } from './doc.js';
import { useServer } from './server-process.js';

describe('doc sync, when the folder, the names or the lock are not as they should be', () => {
  const server = useServer();
  const other = useServer();
  const folder = useFolder();
  let count = 0;
  let tag = '';

  beforeEach(() => {
    count += 1;
    tag = `tag-${count}`;
    fs.mkdirSync(folder.file('one'));
  });

  const write = (name: string, text: string): void => {
    fs.mkdirSync(path.dirname(folder.file(name)), { recursive: true });
    fs.writeFileSync(folder.file(name), text);
  };
  const surroundings = () => ({
    url: server.url,
    cwd: folder.path,
    env: { DOCUMENT_CACHE_DIR: folder.file('cache') },
  });
  const sync = (...args: string[]): Promise<Finished> => doc(['sync', 'one', '--tag', tag, ...args], surroundings());
  const names = async (): Promise<string[]> => {
    const { stdout } = await doc(['query', '--tags', tag, '--all', '--format', 'json'], { url: server.url });
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name).sort();
  };

  it('follows no symbolic links, neither out of the folder nor in circles, and writes through none', async () => {
    write('outside/secret.md', 'secret\n');
    write('one/a.md', 'a\n');
    fs.symlinkSync('..', folder.file('one/loop'));
    fs.symlinkSync('../outside', folder.file('one/out'));
    fs.symlinkSync('../outside/secret.md', folder.file('one/secret.md'));
    await push(server.url, 'x', '--name', 'out/new.md', '--tags', tag);
    await push(server.url, 'x', '--name', 'secret.md', '--tags', tag);
    const { code, stdout } = await sync();
    assert.equal(code, 0);
    assert.match(stdout, /^Left alone: out\/new\.md: "out".*link/m);
    assert.match(stdout, /^Left alone: secret\.md: .*link/m);
    assert.match(stdout, /^Left alone: loop: .*link/m);
    assert.deepEqual(await names(), ['a.md', 'out/new.md', 'secret.md']);
    assert.deepEqual(fs.readdirSync(folder.file('outside')), ['secret.md']);
    assert.equal(fs.readFileSync(folder.file('outside/secret.md'), 'utf8'), 'secret\n');
  });

  it('tells what in the folder it cannot sync, and syncs the rest', async () => {
    write('one/a.md', 'a\n');
    write('one/back\\slash.md', 'x');
    fs.writeFileSync(Buffer.concat([Buffer.from(folder.file('one/no-unicode-')), Buffer.from([0xff])]), 'x');
    execFileSync('mkfifo', [folder.file('one/pipe')]);
    const { code, stdout } = await sync();
    assert.equal(code, 0);
    assert.deepEqual(stdout.split('\n'), [
      'Pushed: a.md',
      'Left alone: back\\slash.md: its name cannot be that of a document',
      'Left alone: no-unicode-\ufffd: its name cannot be that of a document',
      'Left alone: pipe: what is here is neither a file nor a folder',
      'In step: 1 document',
      '',
    ]);
    assert.deepEqual(await names(), ['a.md']);
  });

  it('tells what it may not read, and neither loses nor deletes it', async function () {
    if (process.getuid?.() === 0) this.skip();
    write('one/a.md', 'a\n');
    write('one/closed/b.md', 'b\n');
    await sync();
    write('one/secret.md', 'secret\n');
    fs.chmodSync(folder.file('one/secret.md'), 0);
    fs.chmodSync(folder.file('one/closed'), 0);
    const { code, stdout } = await sync('--delete');
    fs.chmodSync(folder.file('one/closed'), 0o755);
    assert.equal(code, 0);
    assert.match(stdout, /^Left alone: closed\/b\.md: "closed": cannot be read\n/);
    assert.match(stdout, /^Left alone: secret\.md: cannot be read$/m);
    assert.deepEqual(await names(), ['a.md', 'closed/b.md']);
  });

  it('never writes out of the folder, into git, or over its own files, whatever a document is called', async () => {
    const hostile = [
      '../out.md',
      '/tmp/out.md',
      'a/../../out.md',
      '.git/hooks/pre-commit',
      'docs.lock',
      '.docignore',
      'C:\\out.md',
    ];
    for (const name of hostile) await push(server.url, 'x', '--name', name, '--tags', tag);
    await push(server.url, 'x', '--name', 'good.md', '--tags', tag);
    const { code, stdout } = await sync();
    assert.equal(code, 0);
    for (const name of hostile) assert.ok(stdout.includes(`Left alone: ${name}: its name `), stdout);
    assert.deepEqual(fs.readdirSync(folder.file('one')).sort(), ['docs.lock', 'good.md']);
    assert.deepEqual(fs.readdirSync(folder.path).sort(), ['cache', 'one']);
    assert.ok((await sync()).stdout.endsWith('In step: 1 document\n'));
  });

  it('leaves names alone that some file systems take for one', async () => {
    for (const name of ['A.md', 'a.md', '\u00e4.md', 'a\u0308.md', 'same.md', 'same.md']) {
      await push(server.url, name, '--name', name, '--tags', tag);
    }
    write('one/B.md', 'B\n');
    write('one/b.md', 'b\n');
    const { code, stdout } = await sync();
    assert.equal(code, 0);
    assert.equal(stdout.match(/^Left alone: /gm)?.length, 8);
    assert.ok(stdout.endsWith('In step: 0 documents\n'));
    assert.equal((await names()).length, 6);
  });

  it('takes what is ignored for neither deleted nor new', async () => {
    write('one/a.log', 'a\n');
    write('one/b.md', 'b\n');
    await sync();
    write('one/.docignore', '*.log\n');
    await push(server.url, 'x', '--name', 'new.log', '--tags', tag);
    const { code, stdout } = await sync('--delete');
    assert.equal(code, 0);
    assert.match(stdout, /^Left alone: a\.log: .*\.docignore[^]*^Left alone: new\.log: .*\.docignore/m);
    assert.deepEqual(await names(), ['a.log', 'b.md', 'new.log']);
    assert.deepEqual(fs.readdirSync(folder.file('one')).sort(), ['.docignore', 'a.log', 'b.md', 'docs.lock']);
  });

  it('sees a change that leaves size and time as they were, and one from before or after its time', async () => {
    const times: [what: string, time: number][] = [
      ['kept', Date.now() / 1000 - 3600],
      ['past', 1],
      ['future', 4e9],
    ];
    for (const [what, time] of times) {
      write(`one/${what}.md`, 'before\n');
      fs.utimesSync(folder.file(`one/${what}.md`), time, time);
    }
    await sync();
    // Once more, when the files are old enough for their digests to be remembered.
    await sleep(150);
    await sync();
    for (const [what, time] of times) {
      write(`one/${what}.md`, 'behind\n');
      fs.utimesSync(folder.file(`one/${what}.md`), time, time);
    }
    const { stdout } = await sync();
    assert.deepEqual(stdout.match(/^Pushed: .*\(version 2\)$/gm)?.sort(), [
      'Pushed: future.md (version 2)',
      'Pushed: kept.md (version 2)',
      'Pushed: past.md (version 2)',
    ]);
  });

  it('refuses a lock that was edited, is in conflict, or is from another server, and touches nothing', async () => {
    write('one/a.md', 'a\n');
    await sync();
    const lock = fs.readFileSync(folder.file('one/docs.lock'), 'utf8');
    const refused: [text: string, message: RegExp][] = [
      [
        lock.replace('  version 1', '<<<<<<< ours\n  version 1\n=======\n  version 2\n>>>>>>> theirs'),
        /merge conflict.*line 7.*\n.*--ours/,
      ],
      [lock.replace('"a.md"', '"../a.md"'), /line 5: .*leads out/],
      [lock.replace('format 1', 'format 7'), /format 7/],
      [lock.replace(/sha256 .*/, 'sha256 0'), /line 8/],
    ];
    write('one/b.md', 'b\n');
    for (const [text, message] of refused) {
      fs.writeFileSync(folder.file('one/docs.lock'), text);
      const { code, stdout, stderr } = await sync('--delete');
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
      assert.equal(fs.readFileSync(folder.file('one/docs.lock'), 'utf8'), text);
    }
    fs.writeFileSync(folder.file('one/docs.lock'), lock);
    const foreign = await doc(['sync', 'one', '--delete'], { ...surroundings(), url: other.url });
    assert.equal(foreign.code, 2);
    assert.match(
      foreign.stderr,
      /none of the documents that docs\.lock names \(1\).*another server.*\nSet DOCUMENT_SERVER_URL/,
    );
    const wrongTag = await doc(['sync', 'one', '--tag', 'other'], surroundings());
    assert.deepEqual([wrongTag.code, wrongTag.stdout], [2, '']);
    assert.match(wrongTag.stderr, /the tag "tag-\d+", not the tag "other"/);
    assert.deepEqual(await names(), ['a.md']);
    assert.ok(fs.existsSync(folder.file('one/a.md')));
    // Without the lock, what is equal is recognised.
    fs.rmSync(folder.file('one/docs.lock'));
    assert.equal((await sync()).stdout, 'Pushed: b.md\nIn step: 2 documents\n');
    assert.deepEqual(await names(), ['a.md', 'b.md']);
  });

  it('lets one sync work in a folder at a time, and a killed one is not in the way', async () => {
    fs.mkdirSync(folder.file('one/.doc-sync'));
    const holder = startDoc(['watch', 'one', '--tag', tag, '--interval', '1h'], surroundings());
    await until(() => fs.existsSync(folder.file('one/docs.lock')));
    holder.child.kill('SIGKILL');
    await holder.finished;
    const running = { pid: process.pid, process_started: startOfThis(), token: 'x', since: 'today' };
    const lockFile = folder.file('one/.doc-sync/running');
    fs.mkdirSync(path.dirname(lockFile), { recursive: true });
    const own = {
      ...running,
      host: (await import('node:os')).hostname(),
      process_space: fs.readlinkSync('/proc/self/ns/pid'),
    };
    fs.writeFileSync(lockFile, JSON.stringify(own));
    const busy = await sync();
    assert.deepEqual([busy.code, busy.stdout], [6, '']);
    assert.match(busy.stderr, new RegExp(`being synced already, by process ${process.pid}, since today`));
    const gone: [string, object][] = [
      ['another process has its number', { ...own, process_started: '1' }],
      ['there is no such process', { ...own, pid: 2 ** 22 - 1 }],
    ];
    for (const [what, left] of gone) {
      fs.mkdirSync(path.dirname(lockFile), { recursive: true });
      fs.writeFileSync(lockFile, JSON.stringify(left));
      assert.equal((await sync()).code, 0, what);
    }
    fs.mkdirSync(path.dirname(lockFile), { recursive: true });
    fs.writeFileSync(lockFile, '{"half');
    assert.equal((await sync()).code, 0);
    assert.deepEqual(fs.readdirSync(folder.file('one')), ['docs.lock']);
  });

  it('lets one of two win that begin at the same time', async () => {
    for (let number = 0; number < 40; number += 1) write(`one/${number}.md`, `${number}\n`);
    const finished = await Promise.all([sync(), sync(), sync()]);
    const codes = finished.map(({ code }) => code);
    assert.ok(codes.includes(0) && codes.every((code) => code === 0 || code === 6), codes.join(' '));
    assert.equal((await names()).length, 40);
  });

  it('recognises what an interrupted sync has done, and tells what was done when it is stopped', async () => {
    for (let number = 0; number < 300; number += 1) write(`one/${number}.md`, `${number}\n`);
    const { child, finished } = startDoc(['sync', 'one', '--tag', tag], surroundings());
    await until(() => fs.existsSync(folder.file('one/.doc-sync/running')));
    await sleep(100);
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    assert.ok(code === 130 ? /Interrupted/.test(stderr) : code === 0, `${code}: ${stderr}`);
    assert.equal((await sync()).code, 0);
    assert.equal((await names()).length, 300);
    assert.ok(!fs.existsSync(folder.file('one/.doc-sync')));
  });

  it('leaves a file for the next time that changes while it is looked at or pushed', async () => {
    write('one/steady.md', 'x\n');
    const stop = new AbortController();
    const writing = keepWriting(folder.file('one/busy.md'), stop.signal);
    const results = [await sync(), await sync(), await sync()];
    stop.abort();
    const last = await writing;
    for (const { code } of results) assert.ok([0, 5, 9].includes(code ?? -1), String(code));
    assert.equal((await sync()).code, 0);
    assert.deepEqual(await names(), ['busy.md', 'steady.md']);
    const [id] = (
      await doc(['query', '--name', 'busy.md', '--tags', tag, '--quiet'], { url: server.url })
    ).stdout.split('\n');
    assert.equal((await doc(['cat', id ?? ''], { url: server.url })).stdout, last);
  });

  it('says that the server is not there, and goes on when it is', async () => {
    write('one/a.md', 'a\n');
    const { code, stderr } = await doc(['sync', 'one', '--tag', tag], { ...surroundings(), url: 'http://127.0.0.1:1' });
    assert.equal(code, 7);
    assert.match(stderr, /^Error: Cannot connect/);
    assert.equal((await sync()).code, 0);
  });
});

/** Writes one text after the other into a file, until it is told to stop; resolves to the last one. */
async function keepWriting(file: string, signal: AbortSignal): Promise<string> {
  let text = '';
  for (let count = 0; !signal.aborted; count += 1) {
    text = `${count} ${'x'.repeat(50_000)}\n`;
    fs.writeFileSync(file, text);
    await sleep(3);
  }
  return text;
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !condition(); await sleep(5)) {
    assert.ok(Date.now() < end, 'what was waited for has not happened');
  }
}

/** The 22nd field of proc_pid_stat(5). */
function startOfThis(): string {
  const stat = fs.readFileSync('/proc/self/stat', 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
