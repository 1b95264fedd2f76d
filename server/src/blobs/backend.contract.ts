/** What every blob backend has to pass: the promises of {@link BlobBackend}, one test each. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { assertSameBytes, keyOf, readAll, whole } from '../testing/blob-content.js';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { MIB, SIZES, KIB, describeReading, type BackendContext } from './backend-reading.contract.js';
import type { BlobBackend, BlobEntry, BlobKey } from './backend.js';

/** A backend, and what the suite has to do behind its back. */
export interface BackendUnderTest {
  readonly backend: BlobBackend;
  /** Replaces a stored blob's bytes, as a failing disk would. */
  damage(key: BlobKey, bytes: Uint8Array): Promise<void>;
  /** Sets back when a stored blob was touched. */
  age(key: BlobKey, touched_at_ms: number): Promise<void>;
}

/**
 * Defines the suite for one backend.
 *
 * @param name what the backend is called in the report
 * @param open a fresh backend that keeps its blobs below `folder`, on the same file system as the staged files there
 */
export function describeBlobBackend(name: string, open: (folder: string) => Promise<BackendUnderTest>): void {
  describe(`${name} keeps what every blob backend promises`, () => {
    const folder = useTemporaryFolder();
    let backend: BlobBackend;
    let underTest: BackendUnderTest;
    let stagedCount: number;

    beforeEach(async () => {
      stagedCount = 0;
      underTest = await open(folder());
      backend = underTest.backend;
    });

    async function stage(bytes: Uint8Array): Promise<string> {
      const staged = path.join(folder(), `staged-${(stagedCount += 1)}`);
      await fs.writeFile(staged, bytes);
      return staged;
    }

    async function store(bytes: Uint8Array, tenant_id = 'default'): Promise<BlobKey> {
      const key = keyOf(bytes, tenant_id);
      await backend.put(key, await stage(bytes), bytes.length);
      return key;
    }

    const context: BackendContext = {
      folder,
      backend: () => backend,
      damage: (...args) => underTest.damage(...args),
      store,
    };

    async function entryOf(key: BlobKey): Promise<BlobEntry | undefined> {
      const entries = await backend.list(key.tenant_id, partitionOf(key));
      return entries.find((entry) => entry.checksum_sha256 === key.checksum_sha256);
    }

    describe('put', () => {
      for (const size of SIZES) {
        it(`stores ${size} bytes and leaves the staged file as it was`, async () => {
          const bytes = randomBytes(size);
          const staged = await stage(bytes);
          const key = keyOf(bytes);
          assert.equal(await backend.has(key), false);
          await backend.put(key, staged, size);
          assert.equal(await backend.has(key), true);
          assertSameBytes(await readAll(await backend.open(key, whole(size))), bytes);
          assertSameBytes(await fs.readFile(staged), bytes);
          assert.equal((await entryOf(key))?.size_bytes, size);
        });
      }

      it('keeps the blob when the staged file is removed', async () => {
        const bytes = randomBytes(70 * KIB);
        const key = keyOf(bytes);
        const staged = await stage(bytes);
        await backend.put(key, staged, bytes.length);
        await fs.unlink(staged);
        assertSameBytes(await readAll(await backend.open(key, whole(bytes.length))), bytes);
      });

      it('shows nothing or the whole content to whoever looks meanwhile', async () => {
        const bytes = randomBytes(5 * MIB);
        const key = keyOf(bytes);
        const staged = await stage(bytes);
        const progress = { done: false };
        const putting = backend.put(key, staged, bytes.length).finally(() => {
          progress.done = true;
        });
        while (!progress.done) {
          const seen = await entryOf(key);
          if (seen) assert.equal(seen.size_bytes, bytes.length);
          if (await backend.has(key)) assertSameBytes(await readAll(await backend.open(key, whole(5 * MIB))), bytes);
          await nextTurn();
        }
        await putting;
        assert.equal(await backend.has(key), true);
      });

      it('keeps one copy under an address that is taken, and renews when it was touched', async () => {
        const bytes = randomBytes(100);
        const key = await store(bytes);
        const longAgo = Date.now() - 3_600_000;
        await underTest.age(key, longAgo);
        assert.ok(Math.abs(((await entryOf(key))?.touched_at_ms ?? 0) - longAgo) < 2000);
        const before = Date.now();
        await store(bytes);
        const entries = await backend.list('default', partitionOf(key));
        assert.equal(entries.length, 1);
        assert.ok((entries[0]?.touched_at_ms ?? 0) >= before - 2000, 'touched_at_ms was not renewed');
        assertSameBytes(await readAll(await backend.open(key, whole(100))), bytes);
      });

      it('replaces a copy of another size, which is damage', async () => {
        const bytes = randomBytes(200 * KIB);
        const key = await store(bytes);
        for (const damaged of [bytes.subarray(0, 1000), new Uint8Array(0), Buffer.concat([bytes, bytes])]) {
          await underTest.damage(key, damaged);
          await store(bytes);
          assert.equal((await entryOf(key))?.size_bytes, bytes.length);
          assertSameBytes(await readAll(await backend.open(key, whole(bytes.length))), bytes);
        }
      });

      it('takes the same content from many at once', async () => {
        const bytes = randomBytes(300 * KIB);
        const keys = await Promise.all(Array.from({ length: 24 }, () => store(bytes)));
        const key = keys[0] as BlobKey;
        assert.equal((await backend.list('default', partitionOf(key))).length, 1);
        assertSameBytes(await readAll(await backend.open(key, whole(bytes.length))), bytes);
      });

      it('succeeds while others remove the same address, and leaves nothing or the whole content', async () => {
        const bytes = randomBytes(10);
        const key = keyOf(bytes);
        const staged = await Promise.all(Array.from({ length: 8 }, () => stage(bytes)));
        for (let round = 0; round < 60; round += 1) {
          const putting = staged.map((file) => backend.put(key, file, bytes.length));
          await Promise.all([...putting, backend.remove(key), backend.remove(key), backend.remove(key)]);
          const seen = await entryOf(key);
          assert.ok(seen === undefined || seen.size_bytes === bytes.length);
        }
        await backend.put(key, staged[0] as string, bytes.length);
        assertSameBytes(await readAll(await backend.open(key, whole(bytes.length))), bytes);
      });

      it('fails when the staged file is not there, and stores nothing', async () => {
        const key = keyOf(randomBytes(5));
        await assert.rejects(backend.put(key, path.join(folder(), 'never staged'), 5));
        assert.equal(await backend.has(key), false);
      });
    });

    describeReading(context);

    describe('removeTenant', () => {
      it('removes all blobs of one tenant, is safe to repeat, and lets them be put again', async () => {
        const [first, second] = [randomBytes(10), randomBytes(11)];
        const theirs = await store(first, 'acme');
        const gone = [await store(first), await store(second)];
        for (let round = 0; round < 2; round += 1) {
          await backend.removeTenant('default');
          for (const key of gone) assert.equal(await backend.has(key), false);
          assert.deepEqual(await backend.tenants(), ['acme']);
        }
        assert.equal(await backend.has(theirs), true);
        await store(first);
        assert.equal(await backend.has(keyOf(first, 'default')), true);
      });
    });

    describe('remove', () => {
      it('removes the blob, is safe to repeat, and lets it be put again', async () => {
        const bytes = randomBytes(10);
        const key = await store(bytes);
        await backend.remove(key);
        assert.equal(await backend.has(key), false);
        assert.equal(await entryOf(key), undefined);
        await backend.remove(key);
        await backend.remove(keyOf(randomBytes(3)));
        await store(bytes);
        assertSameBytes(await readAll(await backend.open(key, whole(10))), bytes);
      });

      it('removes one tenant’s copy only', async () => {
        const bytes = randomBytes(10);
        const ours = await store(bytes);
        const theirs = await store(bytes, 'acme-2');
        await backend.remove(ours);
        assert.equal(await backend.has(ours), false);
        assert.equal(await backend.has(theirs), true);
        assertSameBytes(await readAll(await backend.open(theirs, whole(10))), bytes);
      });
    });

    describe('list and tenants', () => {
      it('give every blob once, in its tenant and its partition', async () => {
        const contents = Array.from({ length: 60 }, (_, index) => randomBytes(index));
        for (const tenant_id of ['default', 'acme-2']) {
          for (const bytes of contents) await store(bytes, tenant_id);
        }
        assert.deepEqual((await backend.tenants()).sort(), ['acme-2', 'default']);
        for (const tenant_id of ['default', 'acme-2']) {
          const listed: BlobEntry[] = [];
          for (let number = 0; number < 256; number += 1) {
            const partition = number.toString(16).padStart(2, '0');
            const entries = await backend.list(tenant_id, partition);
            for (const entry of entries) assert.ok(entry.checksum_sha256.startsWith(partition));
            listed.push(...entries);
          }
          const facts = listed.map(({ checksum_sha256, size_bytes }) => ({ checksum_sha256, size_bytes }));
          const wanted = contents.map((bytes) => ({
            checksum_sha256: keyOf(bytes).checksum_sha256,
            size_bytes: bytes.length,
          }));
          assert.deepEqual(facts.sort(byChecksum), wanted.sort(byChecksum));
          for (const { touched_at_ms } of listed) assert.ok(Math.abs(Date.now() - touched_at_ms) < 60_000);
        }
      });

      it('give nothing where nothing is', async () => {
        assert.deepEqual(await backend.tenants(), []);
        assert.deepEqual(await backend.list('default', 'ab'), []);
      });
    });

    it('check resolves while the backend can be written to', async () => {
      await backend.check();
    });
  });
}

function partitionOf({ checksum_sha256 }: BlobKey): string {
  return checksum_sha256.slice(0, 2);
}

function byChecksum(a: { checksum_sha256: string }, b: { checksum_sha256: string }): number {
  return a.checksum_sha256 < b.checksum_sha256 ? -1 : 1;
}
