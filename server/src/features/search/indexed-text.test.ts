import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { documentsAt, type DocumentRow } from '../documents/index.js';
import { IndexedTexts } from './indexed-text.js';
import { FIRST_SEQUENCE } from './testing/corpus.js';

describe('the texts of documents as the index knows them', () => {
  const folder = useTemporaryFolder();
  let store: Store;
  beforeEach(async () => {
    store = await openStore(folder());
  });
  afterEach(() => store.db.close());

  const texts = (maxBytes = 1000, maxIndexedBytes = 100): IndexedTexts =>
    new IndexedTexts({ session: store.db.read, blobs: store.blobs, maxIndexedBytes }, 'default', maxBytes);
  const row = async (sequence = FIRST_SEQUENCE): Promise<DocumentRow> => {
    const [found] = await documentsAt(store.db.read, 'default', [sequence]);
    assert.ok(found);
    return found;
  };

  it('are what was pushed, as much as is indexed', async () => {
    await store.push('short');
    await store.push('long '.repeat(100));
    assert.deepEqual(await texts().read(await row()), { text: 'short', lines_are_of_file: true });
    assert.equal((await texts().read(await row(FIRST_SEQUENCE + 1)))?.text, 'long '.repeat(20));
  });

  it('are what was taken out of another format, of the current version only', async () => {
    await store.push('%PDF-1.7', { filename: 'a.pdf', declared_type: 'application/pdf' });
    const { checksum_sha256, sequence } = await row();
    const put = (checksum: string) =>
      store.db.write(async ({ knex }) => {
        const text = gzipSync('what it says');
        await knex('documents').update({ index_status: 'indexed' });
        await knex('extracted_texts').delete();
        await knex('extracted_texts').insert({ sequence, tenant_id: 'default', checksum_sha256: checksum, text });
      });
    await put(checksum_sha256);
    assert.deepEqual(await texts().read(await row()), { text: 'what it says', lines_are_of_file: false });
    await put('0'.repeat(64));
    assert.equal(await texts().read(await row()), undefined);
  });

  it('are none where nothing is indexed, or the content has gone', async () => {
    await store.push('some text');
    const document = await row();
    assert.equal(await texts().read({ ...document, index_status: 'pending' }), undefined);
    assert.equal(await texts().read({ ...document, index_status: 'not_indexed' }), undefined);
    await store.blobs.remove({ tenant_id: 'default', checksum_sha256: document.checksum_sha256 });
    assert.equal(await texts().read(document), undefined);
  });

  it('are no more than so many bytes of all together', async () => {
    await store.push('12345678');
    const few = texts(20);
    const document = await row();
    assert.ok((await few.read(document)) && (await few.read(document)));
    assert.equal(await few.read(document), undefined);
  });
});
