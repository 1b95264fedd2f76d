import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { doc, type Finished, startDoc, useFolder } from './doc.js';
import { useProxy } from './proxy.js';
import { useServer } from './server-process.js';

const SIZE = 24 * 1024 * 1024;

describe('a large push', function () {
  this.timeout(60_000);
  const server = useServer();
  const proxy = useProxy(() => server.url);
  const folder = useFolder();
  let bytes = Buffer.alloc(0);

  beforeEach(() => {
    bytes = randomBytes(SIZE);
    writeFileSync(folder.file('large.bin'), bytes);
  });

  const surroundings = () => ({
    url: proxy.url,
    cwd: folder.path,
    env: { DOCUMENT_RESUMABLE_FROM_BYTES: '1000000', XDG_STATE_HOME: folder.file('state') },
  });

  /** How much of unfinished uploads the server has on its disk. */
  const storedBytes = (): number => {
    const uploads = path.join(server.storage, '.uploads');
    if (!existsSync(uploads)) return 0;
    return readdirSync(uploads, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
  };

  /** Begins the push and stops it with a signal when some bytes have arrived. */
  async function begun(signal: NodeJS.Signals, arrived: number, ...args: string[]): Promise<Finished> {
    const before = storedBytes();
    proxy.stallAfter(arrived);
    const { child, finished } = startDoc(['push', 'large.bin', ...args], surroundings());
    await proxy.stalled();
    // What the proxy has passed on may still be under way to the disk; a part of it are the requests themselves.
    for (const end = Date.now() + 20_000; storedBytes() - before < proxy.bytesToServer - 50_000; await sleep(10)) {
      assert.ok(Date.now() < end, `${storedBytes() - before} of ${proxy.bytesToServer} bytes are stored`);
    }
    child.kill(signal);
    const ended = await finished;
    proxy.hangUp();
    proxy.stallAfter(undefined);
    return ended;
  }

  const remembered = (): number => {
    const uploads = folder.file('state/document-sync/uploads');
    return existsSync(uploads) ? readdirSync(uploads).length : 0;
  };

  it('goes on after Ctrl-C when it is run again, and says so', async () => {
    const { code, stderr } = await begun('SIGINT', SIZE / 2);
    assert.equal(code, 130);
    assert.equal(stderr, 'Error: Interrupted.\nThe same command goes on where this one has stopped.\n');
    assert.ok(remembered() > 0);

    const again = await doc(['push', 'large.bin', '--format', 'json'], surroundings());
    assert.equal(again.code, 0, again.stderr);
    const document = JSON.parse(again.stdout);
    assert.equal(document.checksum_sha256, createHash('sha256').update(bytes).digest('hex'));
    const note = JSON.parse(again.stderr);
    assert.match(note.message, /^Resumed at [\d.]+ MB of 24\.0 MB\.$/);
    assert.ok(note.resumed_at_bytes > SIZE / 4 && note.resumed_at_bytes <= SIZE / 2, again.stderr);
    assert.ok(proxy.bytesToServer < SIZE * 1.1, `${proxy.bytesToServer} bytes were sent`);
    assert.equal(remembered(), 0);
  });

  it('goes on after it was killed', async () => {
    await begun('SIGKILL', SIZE / 2, '--name', 'Large');
    const again = await doc(['push', 'large.bin', '--name', 'Large'], surroundings());
    assert.equal(again.code, 0);
    assert.match(again.stdout, /^Document pushed successfully!\nDocument ID: .*\nName: Large\n/);
    assert.match(again.stderr, /^Resumed at [\d.]+ MB of 24\.0 MB\.\n$/);
    assert.ok(proxy.bytesToServer < SIZE * 1.1);
  });

  it('goes on by itself after cuts', async () => {
    proxy.cutAfter(SIZE / 3);
    const { code, stderr } = await doc(['push', 'large.bin'], surroundings());
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    assert.ok(proxy.bytesToServer < SIZE * 1.1);
  });

  it('says that it can go on when the server is gone for good', async () => {
    proxy.stallAfter(SIZE / 2);
    const env = { ...surroundings().env, DOCUMENT_SERVER_TIMEOUT: '1' };
    const { code, stderr } = await doc(['push', 'large.bin'], { ...surroundings(), env });
    assert.equal(code, 7);
    assert.match(stderr, /^Error: [^]*\nThe same command goes on where this one has stopped\.\n$/);
    proxy.hangUp();
    proxy.stallAfter(undefined);
    assert.match((await doc(['push', 'large.bin'], surroundings())).stderr, /^Resumed at /);
  });

  it('begins anew when the file has changed meanwhile', async () => {
    await begun('SIGINT', SIZE / 2);
    appendFileSync(folder.file('large.bin'), 'more');
    const { code, stdout, stderr } = await doc(['push', 'large.bin', '--format', 'json'], surroundings());
    assert.deepEqual([code, stderr], [0, '']);
    const whole = createHash('sha256').update(bytes).update('more').digest('hex');
    assert.equal(JSON.parse(stdout).checksum_sha256, whole);
  });

  it('begins anew where nothing is remembered', async () => {
    await begun('SIGINT', SIZE / 2);
    rmSync(folder.file('state'), { recursive: true });
    const { code, stderr } = await doc(['push', 'large.bin'], surroundings());
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('sends nothing that the server has already', async () => {
    assert.equal((await doc(['push', 'large.bin'], surroundings())).code, 0);
    const before = proxy.bytesToServer;
    const { code, stderr } = await doc(['push', 'large.bin', '--name', 'A copy'], surroundings());
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(proxy.bytesToServer - before < 10_000);
  });

  it('is resumed among other files, too', async () => {
    writeFileSync(folder.file('small.txt'), 'small');
    await begun('SIGINT', SIZE / 2, 'small.txt');
    const { code, stderr } = await doc(['push', 'large.bin', 'small.txt', '--quiet'], surroundings());
    assert.equal(code, 0, stderr);
    assert.ok(proxy.bytesToServer < SIZE * 1.1);
  });
});
