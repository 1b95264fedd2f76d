/** What every blob backend has to pass when it is read from; a part of {@link describeBlobBackend}'s suite. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { assertSameBytes, keyOf, readAll, whole } from '../testing/blob-content.js';
import { assertNothingOpenBelow } from '../testing/descriptors.js';
import { BlobMissingError, type BlobBackend, type BlobKey } from './backend.js';

export const KIB = 1024;
export const MIB = 1024 * KIB;
/** Around the sizes at which a backend may read in another way. */
export const SIZES = [0, 1, 64 * KIB, 64 * KIB + 1, MIB, MIB + 1, 5 * MIB];

/** What the running test works on. */
export interface BackendContext {
  folder(): string;
  backend(): BlobBackend;
  damage(key: BlobKey, bytes: Uint8Array): Promise<void>;
  /** Puts bytes under their address. */
  store(bytes: Uint8Array): Promise<BlobKey>;
}

/** Defines the tests of `open`. */
export function describeReading(context: BackendContext): void {
  const backend = (): BlobBackend => context.backend();

  describe('open', () => {
    it('gives exactly the range that was asked for', async () => {
      for (const size of SIZES.filter((candidate) => candidate > 0)) {
        const bytes = randomBytes(size);
        const key = await context.store(bytes);
        const edges = [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB - 1, MIB, MIB + 1, size - 2, size - 1];
        const places = [...new Set(edges)].filter((place) => place >= 0 && place < size);
        for (const start of places) {
          for (const end of places.filter((place) => place >= start)) {
            const read = await readAll(await backend().open(key, { start, end }));
            assertSameBytes(read, bytes.subarray(start, end + 1), `${start}-${end} of ${size}`);
          }
        }
      }
    });

    it('gives exactly any range of any content', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 3 * MIB }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          async (size, from, to) => {
            const bytes = randomBytes(size);
            const key = await context.store(bytes);
            const [start, end] = [from, to].map((part) => Math.floor(part * (size - 1))).sort((a, b) => a - b);
            const range = { start: start as number, end: end as number };
            assertSameBytes(
              await readAll(await backend().open(key, range)),
              bytes.subarray(range.start, range.end + 1),
              JSON.stringify({ size, range }),
            );
          },
        ),
        { numRuns: 40 },
      );
    });

    for (const [what, range] of [
      ['the first byte', { start: 0, end: 0 }],
      ['a large range', { start: 0, end: 5 * MIB }],
      ['an empty range', { start: 0, end: -1 }],
    ] as const) {
      it(`of a missing blob fails before the first byte, asked for ${what}`, async () => {
        const key = keyOf(randomBytes(5));
        await assert.rejects(backend().open(key, range), BlobMissingError);
        const removed = await context.store(randomBytes(5));
        await backend().remove(removed);
        await assert.rejects(backend().open(removed, range), BlobMissingError);
      });
    }

    it('fails, and does not fall silent, where the blob is shorter than the range', async () => {
      for (const size of [1000, 2 * MIB]) {
        const bytes = randomBytes(size);
        const key = await context.store(bytes);
        await context.damage(key, bytes.subarray(0, size - 1));
        await assert.rejects(async () => readAll(await backend().open(key, whole(size))));
      }
      await assertNothingOpenBelow(context.folder());
    });

    it('does not disturb a reader that has begun when the blob is removed', async () => {
      for (const size of [10, 5 * MIB]) {
        const bytes = randomBytes(size);
        const key = await context.store(bytes);
        const chunks: Buffer[] = [];
        for await (const chunk of await backend().open(key, whole(size))) {
          if (chunks.length === 0) await backend().remove(key);
          chunks.push(Buffer.from(chunk));
        }
        assertSameBytes(Buffer.concat(chunks), bytes);
        assert.equal(await backend().has(key), false);
      }
    });

    it('frees what a transfer holds when the reader leaves early, fails, or never begins', async () => {
      const key = await context.store(randomBytes(5 * MIB));
      for (let round = 0; round < 40; round += 1) {
        for await (const chunk of await backend().open(key, whole(5 * MIB))) {
          assert.ok(chunk.length > 0);
          break;
        }
        await assert.rejects(async () => {
          for await (const chunk of await backend().open(key, whole(5 * MIB))) throw new Error(`${chunk.length} read`);
        }, /read$/);
        const notBegun = (await backend().open(key, whole(5 * MIB)))[Symbol.asyncIterator]();
        await notBegun.return?.();
      }
      await assertNothingOpenBelow(context.folder());
      assertSameBytes(
        await readAll(await backend().open(key, whole(5 * MIB))),
        await readAll(await backend().open(key, whole(5 * MIB))),
      );
    });

    it('keeps giving right bytes after transfers that were left early', async () => {
      const bytes = randomBytes(3 * MIB);
      const key = await context.store(bytes);
      const leaving = async (): Promise<void> => {
        for await (const chunk of await backend().open(key, whole(3 * MIB))) {
          if (chunk.length > 0) return;
        }
      };
      const reading = async (): Promise<void> => {
        assertSameBytes(await readAll(await backend().open(key, whole(3 * MIB))), bytes);
      };
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? leaving() : reading())));
      }
    });

    it('serves many slow readers at once: their own bytes to each, in bounded memory', async function () {
      this.timeout(20_000);
      const readers = 100;
      const blobs = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const bytes = randomBytes(5 * MIB);
          return { bytes, key: await context.store(bytes) };
        }),
      );
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      const readSlowly = async ({ bytes, key }: (typeof blobs)[number]): Promise<void> => {
        let position = 0;
        for await (const chunk of await backend().open(key, whole(bytes.length))) {
          await sleep(1);
          // Looked at only now: the chunk must hold until the next one is asked for.
          assertSameBytes(chunk, bytes.subarray(position, position + chunk.length), `at ${position}`);
          position += chunk.length;
          most = Math.max(most, process.memoryUsage().arrayBuffers);
        }
        assert.equal(position, bytes.length);
      };
      await Promise.all(Array.from({ length: readers }, (_, index) => readSlowly(blobs[index % 10] ?? assert.fail())));
      assert.ok(most - before < 128 * MIB, `${readers} readers held ${Math.round((most - before) / MIB)} MiB`);
      await assertNothingOpenBelow(context.folder());
    });
  });
}
