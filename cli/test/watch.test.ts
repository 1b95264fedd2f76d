import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { doc, push, type Running, startDoc, useFolder } from './doc.js';
import { useServer } from './server-process.js';
import { useStandIns } from './stand-in-server.js';

describe('doc watch', () => {
  const server = useServer();
  const standIn = useStandIns();
  const folder = useFolder();
  const watching: Running[] = [];
  let printed = '';

  afterEach(async () => {
    for (const { child, finished } of watching.splice(0)) {
      child.kill('SIGKILL');
      await finished;
    }
  });

  /** Starts a watch of the folder, and waits for the first sync. */
  async function watch(url: string, ...args: string[]): Promise<Running> {
    const running = startDoc(['watch', folder.path, '--tag', folder.path, ...args], {
      url,
      env: { DOCUMENT_CACHE_DIR: `${folder.path}-cache` },
    });
    watching.push(running);
    printed = '';
    for (const stream of [running.child.stdout, running.child.stderr]) {
      stream.on('data', (text: Buffer | string) => (printed += text.toString()));
    }
    return running;
  }
  after(() => {
    rmSync(`${folder.path}-cache`, { recursive: true, force: true });
  });

  const shown = async (pattern: RegExp): Promise<void> => {
    for (const end = Date.now() + 10_000; !pattern.test(printed); await sleep(10)) {
      assert.ok(Date.now() < end, `${String(pattern)} is not in:\n${printed}`);
    }
  };

  it('syncs first, then on every change, and prints a line for each step', async () => {
    writeFileSync(folder.file('a.md'), 'a\n');
    const { child, finished } = await watch(server.url, '--interval', '1h', '--delete');
    await shown(/Pushed: a\.md\n[^]*In step: 1 document\. Watching\.\n/);
    writeFileSync(folder.file('a.md'), 'aa\n');
    await shown(/Pushed: a\.md \(version 2\)\n/);
    mkdirSync(folder.file('x/y'), { recursive: true });
    writeFileSync(folder.file('x/y/b.md'), 'b\n');
    await shown(/Pushed: x\/y\/b\.md\n/);
    renameSync(folder.file('a.md'), folder.file('c.md'));
    await shown(/Renamed there: a\.md → c\.md\n/);
    rmSync(folder.file('c.md'));
    await shown(/Deleted there: c\.md\n/);
    child.kill('SIGINT');
    const { code } = await finished;
    assert.equal(code, 0);
    assert.ok(!existsSync(folder.file('.doc-sync')));
  });

  it("sees the other side's changes at intervals, and does not run in circles after its own", async () => {
    const { child, finished } = await watch(server.url, '--interval', '1s', '--format', 'json');
    await shown(/"in_step":0/);
    await push(server.url, 'there\n', '--name', 'there.md', '--tags', folder.path);
    await shown(/"path":"there\.md"/);
    assert.equal(readFileSync(folder.file('there.md'), 'utf8'), 'there\n');
    const lines = printed;
    await sleep(1500);
    assert.equal(printed, lines);
    child.kill('SIGTERM');
    assert.equal((await finished).code, 0);
  });

  it('asks the server once after its own writes, and then no more', async () => {
    let requests = 0;
    const url = await standIn((_, response) => {
      requests += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('[]');
    });
    await watch(url, '--interval', '1h');
    await shown(/Watching/);
    // The lock that was written may be seen, and looked at once.
    await sleep(1500);
    assert.ok(requests <= 2, `${requests} requests`);
  });

  it('says once that the server cannot be reached, and goes on when it can', async () => {
    let isDown = true;
    const url = await standIn((_, response) => {
      if (isDown) response.socket?.destroy();
      else {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('[]');
      }
    });
    await watch(url, '--interval', '1s');
    await shown(/^Error: /);
    await sleep(2500);
    assert.equal(printed.match(/Error: /g)?.length, 1);
    isDown = false;
    await shown(/In step: 0 documents\. Watching\./);
  });

  it('refuses at once what no waiting can mend', async () => {
    writeFileSync(folder.file('docs.lock'), 'format 9\n');
    const { code, stderr } = await doc(['watch', folder.path, '--tag', 't'], { url: server.url });
    assert.equal(code, 2);
    assert.match(stderr, /format 9/);
    for (const [args, message] of [
      [['watch', folder.path, '--interval', '0s'], /--interval/],
      [['watch', `${folder.path}/nowhere`, '--tag', 't'], /no folder/],
    ] as const) {
      const wrong = await doc(args, { url: server.url });
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, message);
    }
  });
});
