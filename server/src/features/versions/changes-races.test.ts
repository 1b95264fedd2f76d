import assert from 'node:assert/strict';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LocalBackend } from '../../blobs/backends/local.js';
import type { BlobEntry } from '../../blobs/index.js';
import type { Document, Version } from '../../kernel/contract.js';
import { contentEtag } from '../../kernel/precondition.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { readAll, whole } from '../../testing/blob-content.js';
import { openTextStore, type TextStore, type TextStoreOptions } from '../../testing/text-store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';

/** Every blob looks as if nobody had touched it for long, so that the collector takes what it may; staged files do not. */
class AgedBackend extends LocalBackend {
  override async list(tenant_id: string, partition: string): Promise<BlobEntry[]> {
    const entries = await super.list(tenant_id, partition);
    return entries.map((entry) => ({ ...entry, touched_at_ms: 0 }));
  }
}

describe('Changes of one document at the same time', () => {
  const folder = useTemporaryFolder();
  let store: TextStore;
  let document: Document;

  async function open(options: TextStoreOptions = {}): Promise<void> {
    store = await openTextStore(path.join(folder(), 'store'), options);
    document = await store.push('start\n');
  }
  afterEach(() => store.close());

  /** All versions, the oldest first; fails unless they are one chain without a gap. */
  async function chain(): Promise<Version[]> {
    const { versions } = await store.versions.list(ANONYMOUS, document.document_id, 10_000);
    versions.reverse();
    for (const [index, { version, parents }] of versions.entries()) {
      assert.equal(version, index + 1);
      assert.equal(parents[0], index === 0 ? undefined : index);
    }
    assert.equal((await store.documents.get(ANONYMOUS, document.document_id)).version, versions.length);
    return versions;
  }
  async function read(version?: number): Promise<string> {
    const content = await store.documents.getContent(ANONYMOUS, document.document_id, version);
    return (await readAll(await store.documents.open(ANONYMOUS, content, whole(content.size_bytes)))).toString();
  }
  /** What became of each: the outcome, or the code of the problem; anything else is a failure. */
  async function outcomes(changes: Promise<{ outcome: string } | undefined | void>[]): Promise<string[]> {
    const settled = await Promise.allSettled(changes);
    return settled.map((result) => {
      if (result.status === 'fulfilled') return result.value?.outcome ?? 'done';
      assert.ok(result.reason instanceof Problem, String(result.reason));
      return result.reason.code;
    });
  }

  it('let one of many that replace the same version win, and tell the others', async () => {
    await open();
    const precondition = [contentEtag(document)];
    const found = await outcomes(
      Array.from({ length: 30 }, (_, index) => store.change(document.document_id, `mine ${index}\n`, { precondition })),
    );
    assert.deepEqual(found.sort(), ['created', ...Array<string>(29).fill('version_mismatch')]);
    assert.equal((await chain()).length, 2);
  });

  it('make one version of one content, however many send it', async () => {
    await open();
    const precondition = [contentEtag(document)];
    const found = await outcomes(
      Array.from({ length: 20 }, () => store.change(document.document_id, 'the same\n', { precondition })),
    );
    assert.deepEqual(found.sort(), ['created', ...Array<string>(19).fill('unchanged')]);
    assert.equal((await chain()).length, 2);
  });

  it('each find their place when whatever is there may be replaced', async () => {
    await open();
    const found = await outcomes(
      Array.from({ length: 30 }, (_, index) => store.change(document.document_id, `mine ${index}\n`)),
    );
    assert.deepEqual(found, Array<string>(30).fill('created'));
    const contents = await Promise.all((await chain()).map(({ version }) => read(version)));
    assert.deepEqual(new Set(contents).size, 31);
  });

  it('lose no appended line, and put each on a version of its own', async () => {
    await open();
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const found = await outcomes(
      lines.map((text) =>
        store.versions.edit(ANONYMOUS, document.document_id, [{ op: 'append', text: `${text}\n` }], '', {
          precondition: 'any',
          merge: false,
        }),
      ),
    );
    assert.deepEqual(found, Array<string>(60).fill('created'));
    assert.deepEqual((await read()).trimEnd().split('\n').sort(), ['start', ...lines].sort());
    assert.equal((await chain()).length, 61);
  });

  it('are all merged when they change different lines of the same version', async () => {
    await open();
    const base = Array.from({ length: 80 }, (_, index) => `line ${index}\n`);
    document = await store.push(base.join(''));
    const condition = { precondition: [contentEtag(document)], merge: true };
    const places = Array.from({ length: 20 }, (_, index) => index * 4);
    const found = await outcomes(
      places.map((place) =>
        store.change(document.document_id, base.with(place, `changed ${place}\n`).join(''), condition),
      ),
    );
    assert.deepEqual(found.sort(), ['created', ...Array<string>(19).fill('merged')]);
    assert.equal(await read(), base.map((line, index) => (index % 4 ? line : `changed ${index}\n`)).join(''));
    const versions = await chain();
    assert.ok(versions.slice(2).every(({ version, parents }) => version === 2 || parents[1] === 1));
  });

  it('beside a deletion end in the trash or before it, whole; the way back has every answered version', async () => {
    await open();
    for (let round = 0; round < 10; round += 1) {
      const { document_id } = document;
      const change = (index: number) => store.change(document_id, `round ${round} change ${index}\n`);
      const before = (await chain()).length;
      const [first, second, deletion, third, rollback, metadata] = await outcomes([
        change(1),
        change(2),
        store.trash.delete(ANONYMOUS, document_id),
        change(3),
        store.versions.rollback(ANONYMOUS, document_id, { version: 1 }, 'any'),
        store.documents.update(ANONYMOUS, document_id, { name: `round ${round}` }).then(() => undefined),
      ]);
      assert.equal(deletion, 'done');
      const answers = [first, second, third, rollback];
      for (const answer of [...answers, metadata]) {
        assert.match(String(answer), /^(created|unchanged|done|document_not_found)$/);
      }
      await assert.rejects(change(4), { code: 'document_not_found' });
      await store.trash.restore(ANONYMOUS, document_id);
      const made = answers.filter((answer) => answer === 'created').length;
      assert.equal((await chain()).length, before + made);
      await read();
    }
  });

  it('beside a purge leave a document or nothing: no version without its document, no content', async () => {
    await open({ graceMs: 0 });
    for (let round = 0; round < 10; round += 1) {
      document = await store.push(`round ${round}\n`);
      const { document_id } = document;
      const found = await outcomes([
        store.change(document_id, `a ${round}\n`),
        store.trash.delete(ANONYMOUS, document_id),
        store.trash.restore(ANONYMOUS, document_id).then(() => undefined),
        store.change(document_id, `b ${round}\n`),
        store.trash.purge(ANONYMOUS, document_id),
        store.trash.restore(ANONYMOUS, document_id).then(() => undefined),
        store.change(document_id, `c ${round}\n`),
      ]);
      assert.equal(found[4], 'done');
      for (const answer of found) assert.match(answer, /^(created|done|document_not_found)$/);
      for (const table of ['documents', 'document_versions', 'trash']) {
        assert.deepEqual(await store.db.read.knex(table).where({ document_id }), [], table);
      }
    }
    store.clock.advance(60_000);
    await store.collector.run();
    const digests: string[] = await store.db.read.knex('document_versions').distinct().pluck('checksum_sha256');
    const stored: string[] = [];
    for await (const { blobs } of store.blobs.partitions()) {
      stored.push(...blobs.map(({ checksum_sha256 }) => checksum_sha256));
    }
    assert.deepEqual(stored.sort(), digests.sort());
  });

  it('beside the collector, retention and readers keep every answered version readable until it is removed', async () => {
    const retention = { keepLast: 3, keepDays: 0 };
    await open({ retention, graceMs: 60_000, backend: (root) => new AgedBackend(root) });
    const { document_id } = document;
    const progress = { running: true, removed: 0, reads: 0 };
    const collectAllTheTime = async (): Promise<void> => {
      while (progress.running) {
        progress.removed += (await store.collector.run()).removed_versions;
        await nextTurn();
      }
    };
    const readAllTheTime = async (): Promise<void> => {
      while (progress.running) {
        const newest = (await store.documents.get(ANONYMOUS, document_id)).version;
        for (const version of [undefined, newest, Math.max(1, newest - 1), 1]) {
          await read(version).then(
            () => (progress.reads += 1),
            (error: unknown) => {
              assert.equal((error as Problem).code, 'version_removed');
              assert.notEqual(version, undefined);
            },
          );
        }
        await nextTurn();
      }
    };
    const write = async (): Promise<void> => {
      try {
        for (let turn = 0; turn < 60 || progress.removed < 20; turn += 1) {
          // Contents come again and again: their blobs go and come back.
          const content = `content ${turn % 5}\n`;
          const { version } = await store.change(document_id, content);
          const current = await store.documents.get(ANONYMOUS, document_id);
          assert.equal(current.version, version);
          assert.equal(await read(version), content);
          if (turn % 7 === 0) await store.trash.delete(ANONYMOUS, document_id);
          if (turn % 7 === 0) await store.trash.restore(ANONYMOUS, document_id);
        }
      } finally {
        progress.running = false;
      }
    };
    // The reader meets the document in the trash now and then.
    const patientReader = async (): Promise<void> => {
      while (progress.running) {
        await readAllTheTime().catch((error: unknown) => {
          if ((error as Problem).code !== 'document_not_found') throw error;
        });
        await nextTurn();
      }
    };
    await Promise.all([write(), collectAllTheTime(), patientReader()]);
    assert.ok(progress.reads > 0);
    await store.collector.run();
    const { versions } = await store.versions.list(ANONYMOUS, document_id, 100);
    assert.equal(versions.length, 3);
    for (const { version } of versions) await read(version);
  });
});
