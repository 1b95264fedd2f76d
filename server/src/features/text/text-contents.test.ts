import assert from 'node:assert/strict';
import path from 'node:path';
import { mock } from 'node:test';
import { BlobMissingError } from '../../blobs/index.js';
import type { Document } from '../../kernel/contract.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import type { Problem } from '../../kernel/problem.js';
import { openTextStore, type TextStore } from '../../testing/text-store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { TextContents } from './text-contents.js';

const TENANT = ANONYMOUS.tenant_id;

describe('TextContents', () => {
  const folder = useTemporaryFolder();
  let store: TextStore;
  let document: Document;

  beforeEach(async () => {
    store = await openTextStore(path.join(folder(), 'store'), { maxTextBytes: 1024 });
    document = await store.push('some text');
  });
  afterEach(async () => {
    mock.restoreAll();
    await store.close();
  });

  const content = (version?: number) => store.documents.getContent(ANONYMOUS, document.document_id, version);

  it('loads a content, or a range of it, into memory that belongs to nobody else', async () => {
    const row = await content();
    const [first, second] = [await store.contents.load(TENANT, row), await store.contents.load(TENANT, row)];
    assert.equal(Buffer.from(first).toString(), 'some text');
    first.fill(0);
    assert.equal(Buffer.from(second).toString(), 'some text');
    assert.equal(first.byteLength, first.buffer.byteLength, 'it can be handed to a thread whole');
    assert.equal(Buffer.from(await store.contents.loadRange(TENANT, row, { start: 5, end: 8 })).toString(), 'text');
  });

  it('loads empty content', async () => {
    document = await store.push('');
    assert.equal((await store.contents.load(TENANT, await content())).byteLength, 0);
  });

  it('refuses a content that is too large before it reads any of it, and gives its ranges', async () => {
    document = await store.push('x'.repeat(1025));
    const row = await content();
    const read = mock.method(store.blobs, 'read').mock;
    await assert.rejects(store.contents.load(TENANT, row), {
      code: 'text_too_large',
      status: 422,
      message: /Version 1 of doc_.* 1025 bytes.* 1024 bytes \(DOCUMENT_MAX_TEXT_BYTES\)/,
    });
    assert.equal(read.callCount(), 0);
    assert.equal((await store.contents.loadRange(TENANT, row, { start: 0, end: 9 })).byteLength, 10);
    document = await store.push('y'.repeat(1024));
    assert.equal((await store.contents.load(TENANT, await content())).byteLength, 1024);
  });

  it('says of what was removed since it was looked up that it is gone, and of a lost blob that it is lost', async () => {
    const row = await content();
    const remove = () => store.blobs.remove({ tenant_id: TENANT, checksum_sha256: row.checksum_sha256 });
    await remove();
    await assert.rejects(store.contents.load(TENANT, row), BlobMissingError);
    await store.trash.purge(ANONYMOUS, document.document_id);
    await assert.rejects(store.contents.load(TENANT, row), { code: 'document_not_found' });
  });

  const HEAVY = 2 * 1024 * 1024;

  /** Jobs that end when the gate is opened, and how many of them ran at once. */
  class Gate {
    now = 0;
    most = 0;
    open: () => void = () => undefined;
    readonly #opened = new Promise<void>((resolve) => {
      this.open = resolve;
    });

    readonly job = async (): Promise<string> => {
      this.now += 1;
      this.most = Math.max(this.most, this.now);
      await this.#opened;
      this.now -= 1;
      return 'done';
    };
  }

  for (const [what, bytes, atOnce] of [
    ['light', 1000, 16],
    ['heavy', HEAVY, 2],
  ] as const) {
    it(`runs a few ${what} jobs at a time, and asks for patience when very many wait`, async () => {
      const gate = new Gate();
      const accepted = Array.from({ length: atOnce + 256 }, () => store.contents.run(bytes, gate.job));
      await assert.rejects(store.contents.run(bytes, gate.job), {
        code: 'unavailable',
        status: 503,
        headers: { 'Retry-After': '1' },
      });
      gate.open();
      assert.deepEqual(new Set(await Promise.all(accepted)), new Set(['done']));
      assert.equal(gate.most, atOnce);
      assert.equal(await store.contents.run(bytes, () => Promise.resolve('again')), 'again');
    });
  }

  it('lets no job wait longer for its turn than it is told', async () => {
    const contents = new TextContents(store.db, store.blobs, 1024, 50);
    const slow = () => new Promise((resolve) => setTimeout(resolve, 200));
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => contents.run(1, slow)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.equal(refused.length, 4);
    for (const { reason } of refused) {
      assert.equal((reason as Problem).code, 'unavailable');
      assert.equal((reason as Problem).headers['Retry-After'], '1');
    }
  });

  it('lets heavy jobs hold up no light ones', async () => {
    const gate = new Gate();
    const heavy = Array.from({ length: 20 }, () => store.contents.run(HEAVY, gate.job));
    assert.equal(await store.contents.run(10, () => Promise.resolve('light')), 'light');
    gate.open();
    await Promise.all(heavy);
  });

  it('goes on after jobs that failed', async () => {
    const failing = Array.from({ length: 40 }, () => store.contents.run(10, () => Promise.reject(new Error('no'))));
    for (const outcome of await Promise.allSettled(failing)) assert.equal(outcome.status, 'rejected');
    assert.equal(await store.contents.run(10, () => Promise.resolve('on')), 'on');
  });
});
