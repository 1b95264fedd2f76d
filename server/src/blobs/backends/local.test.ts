import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { mock } from 'node:test';
import { assertSameBytes, keyOf, readAll, whole } from '../../testing/blob-content.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import type { BlobKey } from '../backend.js';
import { describeBlobBackend } from '../backend.contract.js';
import { LocalBackend } from './local.js';

const MIB = 1024 * 1024;

/** Where the layout keeps a blob. */
function pathOf(root: string, { tenant_id, checksum_sha256 }: BlobKey): string {
  return path.join(root, tenant_id, checksum_sha256.slice(0, 2), checksum_sha256);
}

describeBlobBackend('LocalBackend', async (folder) => {
  const root = path.join(folder, 'root');
  await fs.promises.mkdir(root);
  return {
    backend: new LocalBackend(root),
    damage: async (key, bytes) => {
      // A new file and not a write into the old one, which may be the staged file's own.
      await fs.promises.unlink(pathOf(root, key));
      await fs.promises.writeFile(pathOf(root, key), bytes);
    },
    age: (key, touched_at_ms) => fs.promises.utimes(pathOf(root, key), touched_at_ms / 1000, touched_at_ms / 1000),
  };
});

describe('LocalBackend', () => {
  const folder = useTemporaryFolder();

  afterEach(() => {
    mock.restoreAll();
  });

  async function store(backend: LocalBackend, bytes: Uint8Array): Promise<BlobKey> {
    const key = keyOf(bytes);
    const staged = path.join(folder(), `staged-${key.checksum_sha256}`);
    await fs.promises.writeFile(staged, bytes);
    await backend.put(key, staged, bytes.length);
    await fs.promises.unlink(staged);
    return key;
  }

  it('keeps a blob as <root>/<tenant>/<first two hex digits>/<sha256>, plain bytes, one file', async () => {
    const bytes = randomBytes(1000);
    const key = await store(new LocalBackend(folder()), bytes);
    assertSameBytes(await fs.promises.readFile(pathOf(folder(), key)), bytes);
    assert.equal((await fs.promises.stat(pathOf(folder(), key))).nlink, 1);
    assert.deepEqual(await fs.promises.readdir(path.join(folder(), 'default')), [key.checksum_sha256.slice(0, 2)]);
    assert.deepEqual(await fs.promises.readdir(folder()), ['default']);
  });

  it('takes neither its own folders nor files for tenants', async () => {
    const backend = new LocalBackend(folder());
    await store(backend, randomBytes(3));
    await fs.promises.mkdir(path.join(folder(), '.staging'));
    await fs.promises.mkdir(path.join(folder(), 'lost+found'));
    for (const name of ['documents.db', 'documents.db-wal', 'layout.json', 'notes']) {
      await fs.promises.writeFile(path.join(folder(), name), '');
    }
    assert.deepEqual(await backend.tenants(), ['default']);
  });

  it('leaves nothing beside the staged file when it replaces a damaged copy', async () => {
    const backend = new LocalBackend(folder());
    const bytes = randomBytes(50);
    const key = await store(backend, bytes);
    await fs.promises.truncate(pathOf(folder(), key), 7);
    await store(backend, bytes);
    assertSameBytes(await readAll(await backend.open(key, whole(50))), bytes);
    assert.deepEqual(await fs.promises.readdir(folder()), ['default']);
  });

  it('lends memory to nobody else while the kernel may still read into it', async () => {
    const backend = new LocalBackend(folder());
    const left = await store(backend, randomBytes(3 * MIB));
    const bytes = randomBytes(3 * MIB);
    const key = await store(backend, bytes);
    const open = async (): Promise<AsyncIterator<Uint8Array>> =>
      (await backend.open(left, whole(3 * MIB)))[Symbol.asyncIterator]();
    const leaving = await Promise.all([open(), open(), open(), open()]);
    const gate = holdReads();
    await Promise.all(leaving.map((reader) => reader.next()));
    assert.equal(gate.held(), leaving.length, 'nothing was read ahead');
    const gone = Promise.all(leaving.map(async (reader) => reader.return?.()));
    gate.stopHolding();
    let position = 0;
    for await (const chunk of await backend.open(key, whole(3 * MIB))) {
      if (position === 0) gate.release();
      assertSameBytes(chunk, bytes.subarray(position, position + chunk.length), `at ${position}`);
      position += chunk.length;
    }
    assert.equal(position, 3 * MIB);
    await gone;
  });

  it('is not healthy when its folder is gone', async () => {
    const backend = new LocalBackend(path.join(folder(), 'gone'));
    await assert.rejects(backend.check(), { code: 'ENOENT' });
  });
});

/** Lets the kernel take its time over the reads that begin from now on: their bytes arrive when they are released. */
function holdReads(): { held(): number; stopHolding(): void; release(): void } {
  const real = fs.read;
  let holding = true;
  const held: (() => void)[] = [];
  const slowly = (
    fd: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count: number, buffer: Uint8Array) => void,
  ): void => {
    if (!holding) {
      real(fd, buffer, offset, length, position, callback);
      return;
    }
    const arriving = Buffer.alloc(length);
    const count = fs.readSync(fd, arriving, 0, length, position);
    held.push(() => {
      buffer.set(arriving.subarray(0, count), offset);
      callback(null, count, buffer);
    });
  };
  mock.method(fs, 'read', slowly);
  return {
    held: () => held.length,
    stopHolding: () => {
      holding = false;
    },
    release: () => {
      for (const arrive of held.splice(0)) arrive();
    },
  };
}
