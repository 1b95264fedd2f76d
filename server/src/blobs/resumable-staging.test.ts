import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { assertNothingOpenBelow } from '../testing/descriptors.js';
import { runScript } from '../testing/script.js';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { ResumableStaging } from './resumable-staging.js';

const KEY = { tenant_id: 'default', upload_id: '0123456789abcdef0123456789abcdef' };
const MEBIBYTE = 1024 * 1024;

describe('ResumableStaging', () => {
  const folder = useTemporaryFolder();
  let staging: ResumableStaging;
  const filePath = (): string => path.join(folder(), '.uploads', 'default', KEY.upload_id);
  const size = async (): Promise<number | undefined> => (await staging.state(KEY))?.size_bytes;

  beforeEach(() => {
    staging = new ResumableStaging(path.join(folder(), '.uploads'));
  });
  afterEach(async () => {
    await assertNothingOpenBelow(folder());
  });

  it('puts pieces together, and hashes what lies on the disk', async () => {
    const content = randomBytes(5 * MEBIBYTE + 17);
    await staging.create(KEY);
    assert.equal(await size(), 0);
    for (const [start, end] of [
      [0, 1],
      [1, 3 * MEBIBYTE],
      [3 * MEBIBYTE, 3 * MEBIBYTE],
      [3 * MEBIBYTE, content.length],
    ] as const) {
      await staging.append(KEY, start, Readable.from(slices(content.subarray(start, end), 100_000)));
      assert.equal(await size(), end);
    }
    const staged = await staging.finish(KEY);
    assert.equal(staged.size_bytes, content.length);
    assert.equal(staged.checksum_sha256, createHash('sha256').update(content).digest('hex'));
    assert.deepEqual(fs.readFileSync(staged.path), content);
  });

  it('hashes what lies there and not what it remembers having written', async () => {
    await staging.create(KEY);
    await staging.append(KEY, 0, Readable.from([Buffer.from('hello')]));
    fs.writeFileSync(filePath(), 'HELLO');
    const { checksum_sha256 } = await staging.finish(KEY);
    assert.equal(checksum_sha256, createHash('sha256').update('HELLO').digest('hex'));
  });

  it('has an empty file too', async () => {
    await staging.create(KEY);
    const { size_bytes, checksum_sha256 } = await staging.finish(KEY);
    assert.deepEqual([size_bytes, checksum_sha256], [0, createHash('sha256').digest('hex')]);
  });

  it('knows nothing of what was not begun, and begins nothing twice', async () => {
    assert.equal(await staging.state(KEY), undefined);
    assert.deepEqual(await staging.list('default'), []);
    await staging.create(KEY);
    await assert.rejects(staging.create(KEY), { code: 'EEXIST' });
  });

  it('keeps what a source gave before it broke, at any moment', async () => {
    const content = randomBytes(2 * MEBIBYTE);
    for (let turns = 0; turns < 30; turns += 1) {
      await staging.create(KEY);
      const source = new PassThrough();
      const appending = assert.rejects(staging.append(KEY, 0, source), /cut/);
      let given = 0;
      source.on('data', (piece: Buffer) => (given += piece.length));
      for (let turn = 0; turn < turns; turn += 1) {
        source.write(content.subarray(turn * 50_000, (turn + 1) * 50_000));
        await nextTurn();
      }
      source.destroy(new Error('cut'));
      await appending;
      assert.equal(await size(), given, `cut after ${turns} turns`);
      assert.deepEqual(fs.readFileSync(filePath()), content.subarray(0, given));
      staging.remove(KEY);
    }
  });

  it('takes it for a cut when a source ends without having said so', async () => {
    await staging.create(KEY);
    const source = new PassThrough();
    const appending = assert.rejects(staging.append(KEY, 0, source), /ended early/);
    source.write('half');
    await nextTurn();
    source.destroy();
    await appending;
    assert.equal(await size(), 4);
  });

  it('does not wait for a source that broke before anybody listened', async () => {
    await staging.create(KEY);
    const source = new PassThrough();
    source.on('error', () => undefined);
    source.destroy(new Error('cut'));
    await new Promise((resolve) => source.once('close', resolve));
    await assert.rejects(staging.append(KEY, 0, source), /cut/);
  });

  it('holds the source back while the disk is busy', async () => {
    await staging.create(KEY);
    let produced = 0;
    let most = 0;
    const piece = Buffer.alloc(64 * 1024);
    const source = Readable.from(
      (async function* () {
        for (; produced < 60 * MEBIBYTE; produced += piece.length) {
          most = Math.max(most, produced - fs.statSync(filePath()).size);
          yield piece;
          await nextTurn();
        }
      })(),
    );
    await staging.append(KEY, 0, source);
    assert.equal(await size(), 60 * MEBIBYTE);
    assert.ok(most < 6 * MEBIBYTE, `${most} bytes waited`);
  });

  it('is locked by one at a time', async () => {
    await staging.create(KEY);
    const lock = staging.lock(KEY);
    assert.ok(lock);
    assert.equal(staging.lock(KEY), undefined);
    const other = staging.lock({ ...KEY, upload_id: 'another' });
    assert.ok(other);
    other.release();
    lock.release();
    const again = staging.lock(KEY);
    assert.ok(again);
    again.release();
  });

  it('is locked against other processes, until they are killed', async () => {
    await staging.create(KEY);
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', HOLD, folder()], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    assert.equal(staging.lock(KEY), undefined);
    holder.kill('SIGKILL');
    await once(holder, 'close');
    const lock = staging.lock(KEY);
    assert.ok(lock, 'a killed process still has the lock');
    lock.release();
  });

  it('lists what lies there, also where it is only a lock, and removes it', async () => {
    await staging.create(KEY);
    const lock = staging.lock(KEY);
    staging.lock({ ...KEY, upload_id: 'stray' })?.release();
    assert.deepEqual((await staging.list('default')).sort(), [KEY.upload_id, 'stray'].sort());
    staging.remove(KEY);
    lock?.release();
    staging.remove({ ...KEY, upload_id: 'stray' });
    staging.remove(KEY);
    assert.deepEqual(fs.readdirSync(path.dirname(filePath())), []);
  });

  for (const [what, room] of [
    ['from the start', 0],
    ['within a piece', 150_000],
    ['long before the end', 3_500_000],
  ] as const) {
    it(`of a disk that is full ${what} says so and keeps what it took`, async () => {
      const printed = await runScript(FULL_DISK, [folder(), room], 10_000);
      assert.deepEqual(JSON.parse(printed), { code: 'ENOSPC', size: room });
    });
  }
});

function* slices(content: Buffer, length: number): Generator<Buffer> {
  for (let start = 0; start < content.length; start += length) yield content.subarray(start, start + length);
}

const IMPORT = `const { ResumableStaging } = await import(${JSON.stringify(new URL('resumable-staging.js', import.meta.url).href)});
  const staging = new ResumableStaging(process.argv[1] + '/.uploads');
  const key = ${JSON.stringify(KEY)};`;

/** Takes the lock, says so, and lives on. */
const HOLD = `${IMPORT}
  globalThis.lock = staging.lock(key);
  console.log(globalThis.lock ? 'held' : 'refused');
  process.stdin.resume();`;

/** Appends 200 pieces of 64 KiB on a disk that has room for some of the bytes only; prints how that ended. */
const FULL_DISK = `
  import fs from 'node:fs';
  import { Readable } from 'node:stream';
  let left = Number(process.argv[2]);
  const { writev } = fs;
  fs.writev = (fd, pieces, position, callback) => {
    const part = Buffer.concat(pieces).subarray(0, left);
    left -= part.length;
    if (part.length > 0) writev(fd, [part], position, callback);
    else process.nextTick(callback, Object.assign(new Error('no space left'), { code: 'ENOSPC' }), 0);
  };
  ${IMPORT}
  await staging.create(key);
  const pieces = Array.from({ length: 200 }, () => Buffer.alloc(64 * 1024, 1));
  const code = await staging.append(key, 0, Readable.from(pieces)).then(() => 'none', (error) => error.code);
  console.log(JSON.stringify({ code, size: (await staging.state(key)).size_bytes }));`;
