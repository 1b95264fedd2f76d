import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { assertNothingOpenBelow } from '../testing/descriptors.js';
import { runScript } from '../testing/script.js';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { StagingArea } from './staging.js';

describe('StagingArea, on a failure, rejects with it at once and leaves nothing behind:', () => {
  const folder = useTemporaryFolder();
  let staging: StagingArea;
  const staged = (): string[] => fs.readdirSync(path.join(folder(), '.staging'));

  beforeEach(async () => {
    staging = await StagingArea.open(path.join(folder(), '.staging'));
  });

  afterEach(async () => {
    await assertNothingOpenBelow(folder());
  });

  it('of the source before its first byte', async () => {
    const source = new PassThrough();
    const receiving = staging.receive(source);
    source.destroy(new Error('the client has gone'));
    await assert.rejects(receiving, /the client has gone/);
    assert.deepEqual(staged(), []);
  });

  it('of the source in the middle of a large file', async () => {
    const source = new PassThrough();
    const receiving = staging.receive(source);
    for (let piece = 0; piece < 40; piece += 1) source.write(randomBytes(100_000));
    await nextTurn();
    source.destroy(new Error('cut'));
    await assert.rejects(receiving, /cut/);
    assert.deepEqual(staged(), []);
  });

  it('of the source at any moment', async () => {
    for (let turns = 0; turns < 40; turns += 1) {
      const source = new PassThrough();
      const receiving = staging.receive(source);
      const failure = assert.rejects(receiving, /cut/);
      for (let turn = 0; turn < turns; turn += 1) {
        source.write(randomBytes(50_000));
        await nextTurn();
      }
      source.destroy(new Error('cut'));
      await failure;
      assert.deepEqual(staged(), [], `cut after ${turns} turns`);
    }
  });

  it('of a source that ends without having said so', async () => {
    const source = new PassThrough();
    const receiving = staging.receive(source);
    source.write('half');
    source.destroy();
    await assert.rejects(receiving);
    assert.deepEqual(staged(), []);
  });

  for (const [what, room, pieces] of [
    ['is full from the start', 0, 1],
    ['fills up within a small file', 20_000, 1],
    ['fills up at the end of a file', 150_000, 3],
    ['fills up while pieces come in', 150_000, 10],
    ['fills up long before the end', 1_500_000, 400],
  ] as const) {
    it(`of a disk that ${what}: it takes a part of a write first, then none`, async () => {
      // In a process of its own: whoever goes on waiting for a full disk may never come back to a test's time limit.
      const printed = await runScript(FULL_DISK, [path.join(folder(), '.staging'), room, pieces], 10_000);
      assert.deepEqual(JSON.parse(printed), { code: 'ENOSPC', source_destroyed: true });
      assert.deepEqual(staged(), []);
    });
  }

  it('of the staging folder, which somebody removed', async () => {
    fs.rmdirSync(path.join(folder(), '.staging'));
    await assert.rejects(staging.receive(Readable.from([Buffer.from('x')])), { code: 'ENOENT' });
  });
});

/** Stages pieces of 64 KiB on a disk that has room for some of the bytes only; prints how that ended. */
const FULL_DISK = `
  import fs from 'node:fs';
  import { Readable } from 'node:stream';
  import { setTimeout as sleep } from 'node:timers/promises';
  const { StagingArea } = await import(${JSON.stringify(new URL('staging.js', import.meta.url).href)});
  const [folder, room, count] = process.argv.slice(1);
  const { writev, writeSync } = fs;
  let left = Number(room);
  const noSpace = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  fs.writev = (fd, pieces, callback) => {
    const part = Buffer.concat(pieces).subarray(0, left);
    left -= part.length;
    if (part.length > 0) writev(fd, [part], callback);
    else process.nextTick(callback, noSpace(), 0);
  };
  fs.writeSync = (fd, content, offset = 0) => {
    const length = Math.min(left, content.length - offset);
    if (length === 0) throw noSpace();
    left -= length;
    return writeSync(fd, content, offset, length);
  };
  const source = Readable.from((async function* () {
    for (let piece = 0; piece < Number(count); piece += 1) {
      await sleep(1);
      yield Buffer.alloc(64 * 1024, piece);
    }
  })());
  const staging = await StagingArea.open(folder);
  const error = await staging.receive(source).catch((reason) => reason);
  console.log(JSON.stringify({ code: error.code, source_destroyed: source.destroyed }));
`;
