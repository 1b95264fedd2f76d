import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LocalBackend } from '../../blobs/backends/local.js';
import type { BlobEntry, BlobKey } from '../../blobs/index.js';
import type { StagedContent } from '../../kernel/content.js';
import type { Document } from '../../kernel/contract.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { assertSameBytes, keyOf, readAll, whole } from '../../testing/blob-content.js';
import { BARE, openStore, type Store, type StoreOptions } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';

const GRACE_MS = 60_000;

describe('Collector, beside a push of the same content', () => {
  const folder = useTemporaryFolder();
  let store: Store;

  async function open(options: StoreOptions): Promise<void> {
    store = await openStore(path.join(folder(), 'store'), options);
  }
  afterEach(async () => {
    await store.db.close();
  });

  async function stage(content: string | Uint8Array): Promise<StagedContent> {
    return store.blobs.stage(Readable.from([Buffer.from(content)]));
  }

  /** Stores a blob that no document points at, as a killed server would leave it. */
  async function storeOrphan(content: Uint8Array): Promise<void> {
    const staged = await stage(content);
    await staged.publish('default');
    staged.discard();
  }

  async function assertReadsBack(document: Document, content: Uint8Array): Promise<void> {
    const stored = await store.documents.get(ANONYMOUS, document.document_id);
    assert.deepEqual(stored, document);
    assertSameBytes(await readAll(await store.documents.open(ANONYMOUS, stored, whole(stored.size_bytes))), content);
  }

  it('that has published but not recorded: the push publishes again and succeeds', async () => {
    await open({ backend: (root) => new AgedBackend(root), graceMs: GRACE_MS });
    for (const times of [1, 2, 4]) {
      const content = randomBytes(100);
      const staged = await stage(content);
      let published = 0;
      const robbed: StagedContent = {
        ...staged,
        publish: async (tenant_id) => {
          await staged.publish(tenant_id);
          published += 1;
          if (published <= times) assert.equal((await store.collector.run()).removed_blobs, 1);
        },
      };
      const document = await store.documents.push(ANONYMOUS, { ...BARE, content: robbed });
      staged.discard();
      assert.equal(published, times + 1);
      await assertReadsBack(document, content);
    }
    assert.equal((await store.collector.run()).removed_blobs, 0);
    assert.equal((await store.db.read.knex('events')).length, 3);
  });

  it('that is robbed every time: the push fails and records nothing', async () => {
    await open({ backend: (root) => new AgedBackend(root), graceMs: GRACE_MS });
    const staged = await stage('content');
    const robbed: StagedContent = {
      ...staged,
      publish: async (tenant_id) => {
        await staged.publish(tenant_id);
        await store.collector.run();
      },
    };
    await assert.rejects(store.documents.push(ANONYMOUS, { ...BARE, content: robbed }), /was removed 5 times/);
    staged.discard();
    assert.deepEqual(await store.db.read.knex('documents'), []);
    assert.deepEqual(await store.db.read.knex('events'), []);
  });

  it('and its deletion, whose transaction then fails: the document is still there, and so is its content', async () => {
    const steps = new Steps();
    await open({
      backend: (root) => new SteppedBackend(root, steps),
      createId: () => 'doc_0123456789ab',
    });
    const [first, second, third] = samePartition();
    for (const content of [first, second, third]) await storeOrphan(content);
    steps.order = [first, second, third].map((content) => keyOf(content).checksum_sha256);
    store.clock.advance(60_000);

    const collecting = store.collector.run();
    // A transaction with the removal of the first orphan. The push of the third waits for the next one …
    const releaseFirst = await steps.reach();
    const pushing = store.push(third);
    await steps.published();
    releaseFirst();
    // … and shares that with the removal of the second. What is asked for now comes into one with the removal of the third.
    const releaseSecond = await steps.reach();
    const deleting = store.trash.purge(ANONYMOUS, 'doc_0123456789ab');
    const failing = store.db.write(async ({ knex }) => {
      await knex.raw('PRAGMA defer_foreign_keys = ON');
      await knex('events').insert({
        ...{ tenant_id: 'nobody', sequence: 1, type: 'x', document_id: 'x', version: 1 },
        ...{ principal_id: 'x', occurred_at: 'x', data: '{}' },
      });
    });
    const outcomes = Promise.allSettled([deleting, failing, collecting]);
    releaseSecond();
    const document = await pushing;
    for (const outcome of await outcomes) {
      assert.equal(outcome.status, 'rejected', 'the deletion and the removal were not in one transaction');
      assert.match(String(outcome.reason), /FOREIGN KEY/);
    }
    await assertReadsBack(document, third);
  });

  it('in any order: every document that was answered reads back, every other content goes in the end', async function () {
    this.timeout(30_000);
    await open({ backend: (root) => new AgedBackend(root), graceMs: GRACE_MS });
    // The first is kept by documents now and then, the others lose their last document again and again.
    const contents = Array.from({ length: 5 }, (_, index) => Buffer.from(`content ${index}`));
    const alive = new Map<string, { document: Document; content: Buffer }>();
    const progress = { removed: 0, users: 6 };
    const user = async (seed: number): Promise<void> => {
      for (let turn = 0; turn < 30 || progress.removed < 40; turn += 1) {
        const number = (seed + turn) % contents.length;
        const content = contents[number] as Buffer;
        const document = await store.push(content);
        const key = { tenant_id: 'default', checksum_sha256: document.checksum_sha256 };
        assert.equal(await store.blobs.has(key), true, 'an answered push has no blob');
        if (number === 0) alive.set(document.document_id, { document, content });
        else await store.trash.purge(ANONYMOUS, document.document_id);
        const [oldest] = alive.values();
        if (alive.size > 2 && oldest && alive.delete(oldest.document.document_id)) {
          await assertReadsBack(oldest.document, oldest.content);
          await store.trash.purge(ANONYMOUS, oldest.document.document_id);
        }
      }
    };
    const collectAllTheTime = async (): Promise<void> => {
      while (progress.users > 0) {
        progress.removed += (await store.collector.run()).removed_blobs;
        await nextTurn();
      }
    };
    const users = Array.from({ length: progress.users }, (_, seed) =>
      user(seed).finally(() => {
        progress.users -= 1;
      }),
    );
    await Promise.all([...users, collectAllTheTime(), collectAllTheTime()]);
    for (const { document, content } of alive.values()) {
      await assertReadsBack(document, content);
      await store.trash.purge(ANONYMOUS, document.document_id);
    }
    await store.collector.run();
    for await (const { partition, blobs } of store.blobs.partitions()) assert.deepEqual(blobs, [], partition);
    assert.deepEqual(await fs.readdir(path.join(store.root, '.staging')), []);
  });
});

/** Three contents whose digests begin with the same two digits. */
function samePartition(): [Buffer, Buffer, Buffer] {
  const byPartition = new Map<string, Buffer[]>();
  for (;;) {
    const content = randomBytes(8);
    const partition = keyOf(content).checksum_sha256.slice(0, 2);
    const contents = [...(byPartition.get(partition) ?? []), content];
    byPartition.set(partition, contents);
    const [first, second, third] = contents;
    if (first && second && third) return [first, second, third];
  }
}

/** Lets a test hold the backend's removals at their beginning, one after the other. */
class Steps {
  /** The order in which a listing shows blobs, by digest. */
  order: string[] = [];
  #waiting: (() => void)[] = [];
  #arrived: (() => void) | undefined;
  #published: (() => void) | undefined;

  /** Resolves when a removal has begun; it goes on when what this resolves to is called. */
  async reach(): Promise<() => void> {
    if (this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#waiting.shift() ?? assert.fail();
  }

  /** Resolves when a `put` has ended, and whoever called it has had time to go on. */
  async published(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#published = resolve;
    });
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  }

  pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#arrived?.();
    });
  }

  putEnded(): void {
    this.#published?.();
  }
}

/** Every blob looks as if nobody had touched it for long; staged files do not. A walk takes no turn for what is empty. */
class AgedBackend extends LocalBackend {
  readonly #root: string;

  constructor(root: string) {
    super(root);
    this.#root = root;
  }

  override async list(tenant_id: string, partition: string): Promise<BlobEntry[]> {
    if (!existsSync(path.join(this.#root, tenant_id, partition))) return [];
    const entries = await super.list(tenant_id, partition);
    return entries.map((entry) => ({ ...entry, touched_at_ms: 0 }));
  }
}

class SteppedBackend extends LocalBackend {
  readonly #steps: Steps;

  constructor(root: string, steps: Steps) {
    super(root);
    this.#steps = steps;
  }

  override async put(key: BlobKey, stagedPath: string, size_bytes: number): Promise<void> {
    await super.put(key, stagedPath, size_bytes);
    this.#steps.putEnded();
  }

  override async list(tenant_id: string, partition: string): Promise<BlobEntry[]> {
    const { order } = this.#steps;
    const entries = await super.list(tenant_id, partition);
    return entries.sort((a, b) => order.indexOf(a.checksum_sha256) - order.indexOf(b.checksum_sha256));
  }

  override async remove(key: BlobKey): Promise<void> {
    // The third is the one that must not go; to hold it would hold the transaction that the test waits for.
    if (this.#steps.order.indexOf(key.checksum_sha256) < 2) await this.#steps.pause();
    await super.remove(key);
  }
}
