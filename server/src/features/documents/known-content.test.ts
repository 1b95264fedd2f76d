import assert from 'node:assert/strict';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Document } from '../../kernel/contract.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { keyOf, readAll, whole } from '../../testing/blob-content.js';
import { BARE } from '../../testing/store.js';
import { openTextStore, type TextStore } from '../../testing/text-store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { findKnownContent } from './index.js';
import { addTenant } from '../../testing/tenant.js';

const STRANGER = { ...ANONYMOUS, tenant_id: 'acme', principal_id: 'stranger' };
const NOT_FOUND = { name: 'Problem', code: 'content_not_found' };
const SAID = { name: undefined, tags: [], description: '', original_filename: undefined, mime_type: undefined };
const CONTENT = Buffer.from('known content\n');
const { checksum_sha256 } = keyOf(CONTENT);

describe('known content', () => {
  const folder = useTemporaryFolder();
  let store: TextStore;
  let document: Document;

  beforeEach(async () => {
    store = await openTextStore(path.join(folder(), 'store'));
    document = await store.push(CONTENT, { filename: 'known.md' });
  });
  afterEach(() => store.close());

  const pushKnown = (principal = ANONYMOUS): Promise<Document> =>
    store.documents.pushKnown(principal, { ...SAID, checksum_sha256 });

  async function addStranger(): Promise<void> {
    await addTenant(store.db, 'acme');
  }

  it('of another tenant is not known, to documents and to versions', async () => {
    await addStranger();
    await assert.rejects(pushKnown(STRANGER), NOT_FOUND);
    const staged = await store.blobs.stage(Readable.from([Buffer.from('theirs')]));
    const theirs = await store.documents.push(STRANGER, { ...BARE, content: staged });
    staged.discard();
    const known = { checksum_sha256, original_filename: undefined, mime_type: undefined, message: '' };
    const condition = { precondition: 'any', merge: true } as const;
    await assert.rejects(store.versions.createKnown(STRANGER, theirs.document_id, known, condition), NOT_FOUND);
    const other = { ...known, checksum_sha256: theirs.checksum_sha256 };
    await assert.rejects(store.versions.createKnown(ANONYMOUS, document.document_id, other, condition), NOT_FOUND);
    await assert.rejects(store.documents.pushKnown(ANONYMOUS, { ...SAID, ...theirs }), NOT_FOUND);
    assert.equal((await store.documents.query(STRANGER, { name: '', tags: [] }, 10)).documents.length, 1);
  });

  it('of another tenant is not known, also when its bytes lie in both stores', async () => {
    await addStranger();
    const staged = await store.blobs.stage(Readable.from([CONTENT]));
    await staged.publish('acme');
    staged.discard();
    await assert.rejects(pushKnown(STRANGER), NOT_FOUND);
  });

  it('that the collector takes between finding and recording it is refused, and nothing points at what is gone', async () => {
    const { db, blobs, trash, collector } = store;
    const content = await findKnownContent(db.read, blobs, ANONYMOUS, checksum_sha256);
    await trash.purge(ANONYMOUS, document.document_id);
    store.clock.advance(1000);
    assert.equal((await collector.run()).removed_blobs, 1);
    const push = { ...BARE, content };
    await assert.rejects(store.documents.push(ANONYMOUS, push), NOT_FOUND);
    await assert.rejects(content.read(), NOT_FOUND);
    assert.deepEqual((await store.documents.query(ANONYMOUS, { name: '', tags: [] }, 10)).documents, []);
  });

  it('either is recorded or gone, however purges, the collector and pushes by digest cross each other', async () => {
    let documents = [document];
    for (let round = 0; round < 25; round += 1) {
      store.clock.advance(1000);
      const last = documents;
      const [pushed] = await Promise.all([
        Promise.allSettled([pushKnown(), pushKnown()]),
        Promise.all(last.map(({ document_id }) => store.trash.purge(ANONYMOUS, document_id))),
        store.collector.run(),
      ]);
      documents = pushed.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      for (const result of pushed) {
        if (result.status === 'rejected') assert.equal((result.reason as { code: string }).code, 'content_not_found');
      }
      await store.collector.run();
      for (const found of documents) {
        const stream = await store.documents.open(ANONYMOUS, found, whole(CONTENT.length));
        assert.deepEqual(await readAll(stream), CONTENT);
      }
      if (documents.length === 0) documents = [await store.push(CONTENT)];
    }
  });

  it('is called as it was stored last', async () => {
    store.clock.advance(1000);
    await store.push(CONTENT, { filename: 'last.csv' });
    const found = await findKnownContent(store.db.read, store.blobs, ANONYMOUS, checksum_sha256);
    assert.deepEqual(
      [found.original_filename, found.mime_type, found.size_bytes],
      ['last.csv', 'text/csv', CONTENT.length],
    );
  });
});
