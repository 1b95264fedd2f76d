import assert from 'node:assert/strict';
import path from 'node:path';
import { indexTables } from '../../../db/index.js';
import { Extractor } from '../../../extraction/index.js';
import { ANONYMOUS } from '../../../kernel/principal.js';
import { openTextStore, type TextStore } from '../../../testing/text-store.js';
import { useTemporaryFolder } from '../../../testing/temporary-folder.js';
import { ContentIndexQueue } from './content-index-queue.js';
import { IndexThread } from './index-thread.js';
import { countPending, pendingAfter } from './pending.store.js';

const LARGE = 'words of a text that is too large for the transaction of its push\n'.repeat(1000);

describe('the queue of contents to be indexed', function () {
  this.timeout(20_000);
  const folder = useTemporaryFolder();
  let store: TextStore;
  let thread: IndexThread;
  let extractor: Extractor;
  const reported: unknown[] = [];
  beforeEach(async () => {
    // The store's own pushes tell no queue: what they leave waits, as after a crash.
    store = await openTextStore(folder());
    thread = new IndexThread(path.join(folder(), 'documents.db'));
    extractor = new Extractor({ maxTextBytes: 1024 ** 2, timeoutMs: 10_000, maxMemoryMib: 512 });
    reported.length = 0;
  });
  afterEach(async () => {
    await Promise.all([thread.close(), extractor.close()]);
    await store.close();
    assert.deepEqual(reported, []);
  });

  const openQueue = (): ContentIndexQueue =>
    new ContentIndexQueue({ ...store, extractor, thread, maxTextBytes: 1024 ** 2, report: (e) => reported.push(e) });
  const statusOf = async (document_id: string): Promise<string> =>
    (await store.documents.get(ANONYMOUS, document_id)).index_status;
  const matches = async (term: string): Promise<number> => {
    const { entries } = indexTables(1);
    return (await store.db.read.knex(entries).whereRaw(`${entries} MATCH ?`, `body : "${term}"`)).length;
  };

  it('does what a server that was killed has left, the slow and the fast', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 70; index += 1) ids.push((await store.push(`${LARGE} unique${index}`)).document_id);
    const page = await store.push('<p>okapi</p>', { filename: 'page.html' });
    assert.deepEqual([await statusOf(ids[0] ?? ''), await statusOf(page.document_id)], ['pending', 'pending']);
    const queue = openQueue();
    assert.deepEqual(await queue.state(), { pending: 71, oldest_seconds: 0 });
    await queue.drain();
    assert.deepEqual(await queue.state(), { pending: 0 });
    assert.deepEqual([await statusOf(ids[69] ?? ''), await statusOf(page.document_id)], ['indexed', 'indexed']);
    assert.deepEqual([await matches('unique69'), await matches('okapi')], [1, 1]);
    const [kept] = await store.db.read.knex('extracted_texts').select<{ checksum_sha256: string }[]>('checksum_sha256');
    assert.equal(kept?.checksum_sha256, page.checksum_sha256);
  });

  it('says how long the first has been waiting', async () => {
    await store.push(LARGE);
    store.clock.advance(90_500);
    assert.deepEqual(await openQueue().state(), { pending: 1, oldest_seconds: 90 });
  });

  it('indexes a content once, whoever asks for it at the same time, also two servers', async () => {
    const { document_id } = await store.push(LARGE);
    const [place] = await pendingAfter(store.db.read, { tenant_id: '', sequence: 0 }, 10);
    assert.ok(place);
    const queues = [openQueue(), openQueue()];
    const settled = await Promise.all(
      queues.flatMap((queue) => [queue, queue]).map((queue) => queue.settle(place.tenant_id, place.sequence)),
    );
    assert.ok(settled.some((outcome) => outcome?.index_status === 'indexed'));
    assert.equal(await statusOf(document_id), 'indexed');
    assert.equal(await matches('word'), 1);
  });

  it('leaves alone what was changed, deleted or indexed meanwhile', async () => {
    const changed = await store.push(`${LARGE} before`);
    const deleted = await store.push(LARGE);
    const places = await pendingAfter(store.db.read, { tenant_id: '', sequence: 0 }, 10);
    const jobs = places.map(({ tenant_id, sequence }, index) => ({
      ...{ tenant_id, sequence, maxTextBytes: 1024 ** 2 },
      checksum_sha256: [changed, deleted][index]?.checksum_sha256 ?? '',
      source: { bytes: new Uint8Array(Buffer.from(LARGE)) },
    }));
    await store.change(changed.document_id, 'a small text that came behind');
    await store.trash.delete(ANONYMOUS, deleted.document_id);
    assert.deepEqual(await Promise.all(jobs.map((job) => thread.write(job))), [undefined, undefined]);
    assert.deepEqual([await matches('behind'), await matches('word')], [1, 0]);
  });

  it('gets its turn beside writers that never pause', async () => {
    const { document_id } = await store.push(LARGE);
    const stopping = new AbortController();
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let round = 0; !stopping.signal.aborted; round += 1) await store.push(`writer ${writer} round ${round}`);
    });
    await openQueue().drain();
    stopping.abort();
    await Promise.all(writers);
    assert.equal(await statusOf(document_id), 'indexed');
  });

  it('finds what waits, and counts it, by its own index', async () => {
    const plans: string[] = [];
    const { knex } = store.db.read;
    const explained = async (run: () => Promise<unknown>): Promise<void> => {
      const statements: { sql: string; bindings: unknown[] }[] = [];
      const note = (query: { sql: string; bindings: unknown[] }): void => void statements.push(query);
      knex.on('query', note);
      await run();
      knex.off('query', note);
      for (const { sql, bindings } of statements) {
        const rows = await knex.raw<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, bindings as string[]);
        plans.push(...rows.map(({ detail }) => detail));
      }
    };
    await explained(() => pendingAfter(store.db.read, { tenant_id: 'a', sequence: 1 }, 10));
    assert.ok(
      plans.some((plan) => /SEARCH documents USING (COVERING )?INDEX documents_pending/.test(plan)),
      plans.join(),
    );
    assert.deepEqual(await countPending(store.db.read), { pending: 0, since: undefined });
  });
});
