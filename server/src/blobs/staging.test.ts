import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { mock } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { assertSameBytes } from '../testing/blob-content.js';
import { assertNothingOpenBelow } from '../testing/descriptors.js';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { StagingArea } from './staging.js';

const MIB = 1024 * 1024;

describe('StagingArea', () => {
  const folder = useTemporaryFolder();
  let staging: StagingArea;
  const staged = (): string[] => fs.readdirSync(path.join(folder(), '.staging'));

  beforeEach(async () => {
    staging = await StagingArea.open(path.join(folder(), '.staging'));
  });
  afterEach(() => {
    mock.restoreAll();
  });

  it('receives any content in any chunks: the bytes, their digest, their number', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.boolean(), async (parts, slowly) => {
        const content = Buffer.concat(parts);
        const file = await staging.receive(slowly ? Readable.from(dripping(parts)) : Readable.from(parts));
        assert.equal(file.size_bytes, content.length);
        assert.equal(file.checksum_sha256, createHash('sha256').update(content).digest('hex'));
        assertSameBytes(fs.readFileSync(file.path), content);
        staging.discard(file);
      }),
      { numRuns: 150 },
    );
    assert.deepEqual(staged(), []);
  });

  it('receives megabytes in pieces of many sizes, several at once', async () => {
    const contents = [0, 1, MIB - 1, 3 * MIB, 7 * MIB + 13].map((size) => randomBytes(size));
    const files = await Promise.all(contents.map((content) => staging.receive(Readable.from(piecesOf(content)))));
    for (const [index, file] of files.entries()) {
      const content = contents[index] as Buffer;
      assert.equal(file.checksum_sha256, createHash('sha256').update(content).digest('hex'));
      assertSameBytes(fs.readFileSync(file.path), content);
    }
    await assertNothingOpenBelow(folder());
  });

  it('keeps staged files to the owner', async () => {
    const file = await staging.receive(Readable.from([Buffer.from('secret')]));
    assert.equal(fs.statSync(file.path).mode & 0o777, 0o600);
    assert.equal(fs.statSync(path.dirname(file.path)).mode & 0o777, 0o700);
  });

  it('goes on where a write took only a part, and loses no byte', async () => {
    const real = fs.writev;
    let calls = 0;
    mock.method(fs, 'writev', (fd: number, buffers: Uint8Array[], callback: WritevCallback) => {
      calls += 1;
      const [first] = buffers;
      real(fd, [(first as Uint8Array).subarray(0, Math.ceil((first as Uint8Array).length / 3))], callback);
    });
    const content = randomBytes(900_000);
    const file = await staging.receive(Readable.from(piecesOf(content)));
    assert.ok(calls > 5, `only ${calls} writes`);
    assertSameBytes(fs.readFileSync(file.path), content);
  });

  it('never closes its file while a write into it is under way: the number may be another file’s by then', async () => {
    const real = fs.writev;
    const started = new EventEmitter();
    const writeBegins = once(started, 'write');
    let letWrite = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      letWrite = resolve;
    });
    const writing = new Set<number>();
    const tooEarly: number[] = [];
    mock.method(fs, 'writev', (fd: number, buffers: Uint8Array[], callback: WritevCallback) => {
      writing.add(fd);
      started.emit('write');
      void gate.then(() => {
        real(fd, buffers, (error, written) => {
          writing.delete(fd);
          callback(error, written);
        });
      });
    });
    const { close, closeSync } = fs;
    mock.method(fs, 'close', (fd: number, callback: fs.NoParamCallback) => {
      if (writing.has(fd)) tooEarly.push(fd);
      close(fd, callback);
    });
    mock.method(fs, 'closeSync', (fd: number) => {
      if (writing.has(fd)) tooEarly.push(fd);
      closeSync(fd);
    });
    const source = new PassThrough();
    const receiving = staging.receive(source);
    const failure = assert.rejects(receiving, /cut/);
    source.write(randomBytes(MIB));
    await writeBegins;
    source.destroy(new Error('cut'));
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    letWrite();
    await failure;
    assert.deepEqual(tooEarly, []);
    assert.deepEqual(staged(), []);
  });

  it('makes a fast source wait for a slow disk, so that memory stays bounded', async () => {
    const real = fs.writev;
    let produced = 0;
    let written = 0;
    let mostAhead = 0;
    mock.method(fs, 'writev', (fd: number, buffers: Uint8Array[], callback: WritevCallback) => {
      mostAhead = Math.max(mostAhead, produced - written);
      setTimeout(() => {
        real(fd, buffers, (error, count) => {
          written += count;
          callback(error, count);
        });
      }, 2);
    });
    const source = new Readable({
      read() {
        if (produced >= 32 * MIB) this.push(null);
        else {
          produced += 64 * 1024;
          this.push(Buffer.alloc(64 * 1024, produced % 251));
        }
      },
    });
    const file = await staging.receive(source);
    assert.equal(file.size_bytes, 32 * MIB);
    assert.ok(mostAhead <= 4 * MIB, `${mostAhead} bytes waited in memory`);
  });

  it('discards a staged file, and does not mind doing it twice', async () => {
    const file = await staging.receive(Readable.from([Buffer.from('x')]));
    assert.deepEqual(staged(), [path.basename(file.path)]);
    staging.discard(file);
    staging.discard(file);
    assert.deepEqual(staged(), []);
  });

  it('clears what nobody wrote to for long, and only that', async () => {
    const now = Date.now();
    for (const [name, age_s] of [
      ['old', 7200],
      ['old.copy', 3601],
      ['young', 3500],
      ['fresh', 0],
    ] as const) {
      const file = path.join(folder(), '.staging', name);
      fs.writeFileSync(file, name);
      fs.utimesSync(file, now / 1000 - age_s, now / 1000 - age_s);
    }
    assert.equal(await staging.clearStale(now - 3_600_000), 2);
    assert.deepEqual(staged().sort(), ['fresh', 'young']);
    assert.equal(await staging.clearStale(now - 3_600_000), 0);
  });

  it('clears beside uploads that come and go', async () => {
    const uploads = Array.from({ length: 30 }, async () => {
      const file = await staging.receive(Readable.from([randomBytes(10_000)]));
      staging.discard(file);
    });
    const clearing = Array.from({ length: 10 }, () => staging.clearStale(Date.now() - 60_000));
    assert.deepEqual(
      await Promise.all(clearing),
      Array.from({ length: 10 }, () => 0),
    );
    await Promise.all(uploads);
    assert.deepEqual(staged(), []);
  });
});

type WritevCallback = (error: NodeJS.ErrnoException | null, written: number) => void;

async function* dripping(parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await nextTurn();
    yield part;
  }
}

/** Cuts content into pieces of 1 byte to 200 kB. */
function* piecesOf(content: Buffer): Generator<Buffer> {
  let position = 0;
  for (let size = 1; position < content.length; size = size > 200_000 ? 1 : size * 3) {
    yield content.subarray(position, position + size);
    position += size;
  }
}
