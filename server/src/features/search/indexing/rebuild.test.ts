import assert from 'node:assert/strict';
import { createSearchIndex, indexTables, type Database } from '../../../db/index.js';
import { ANONYMOUS } from '../../../kernel/principal.js';
import { openStore, type Store } from '../../../testing/store.js';
import { useTemporaryFolder } from '../../../testing/temporary-folder.js';
import { addTenant } from '../../../testing/tenant.js';
import { Rebuild, type RebuildOptions } from './rebuild.js';
import { countDifferences } from './rebuild.store.js';

const LIVE = indexTables(1);
const REBUILDING = indexTables(1, 'rebuilding');

describe('a rebuild of the index', () => {
  const folder = useTemporaryFolder();
  let store: Store;
  beforeEach(async () => {
    store = await openStore(folder());
  });
  afterEach(() => store.db.close());

  const rebuild = (options: Partial<RebuildOptions> = {}) =>
    new Rebuild({ ...store, maxTextBytes: 1024 ** 2, compare: true, ...options }).run();

  async function fill(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const text = `# Heading ${index}\n\nparseConfig of number ${index}, naïve 東京 text\n`;
      const about = {
        filename: `note-${index}.md`,
        tags: [`tag-${index % 7}`, 'all'],
        description: `description ${index}`,
      };
      ids.push((await store.push(text, about)).document_id);
    }
    await store.push(Buffer.from([0, 1, 2]), { filename: 'binary.png', name: 'Picture' });
    return ids;
  }

  const matches = async (db: Database, expression: string): Promise<number> => {
    const { entries } = LIVE;
    const rows = await db.read.knex(entries).whereRaw(`${entries} MATCH ?`, expression).select<unknown[]>('rowid');
    return rows.length;
  };

  it('is equal to the index that grew with the documents, term for term', async () => {
    const ids = await fill(150);
    await store.documents.update(ANONYMOUS, ids[3] ?? '', { name: 'Renamed', add_tags: ['late'] });
    await store.trash.delete(ANONYMOUS, ids[4] ?? '');
    await store.trash.delete(ANONYMOUS, ids[5] ?? '');
    await store.trash.restore(ANONYMOUS, ids[5] ?? '');
    await store.trash.purge(ANONYMOUS, ids[6] ?? '');
    assert.deepEqual(await rebuild(), { tenants: 1, documents: 149, pending: 0, differences: 0 });
    assert.equal(await matches(store.db, 'number'), 148);
    assert.equal(await matches(store.db, 'renam'), 1);
  });

  it('finds every difference: the comparison sees a term, a place and a row that is not there', async () => {
    await fill(3);
    await store.db.write(({ knex }) =>
      knex(LIVE.entries)
        .where({ rowid: 2 ** 32 + 1 })
        .delete(),
    );
    const { differences = 0 } = await rebuild();
    assert.ok(differences > 10);
    assert.equal((await rebuild()).differences, 0);
  });

  it('mends an index that lost its tables’ contents', async () => {
    await fill(5);
    await store.db.write(async ({ knex }) => {
      await knex.raw(`DELETE FROM ${LIVE.entries}`);
      await knex.raw(`DELETE FROM ${LIVE.words}`);
    });
    assert.equal(await matches(store.db, 'number'), 0);
    await rebuild();
    assert.equal(await matches(store.db, 'number'), 5);
    assert.ok((await store.db.read.knex(LIVE.words).where({ word: 'parseconfig' })).length === 1);
  });

  it('goes on where it was ended', async () => {
    await fill(200);
    const stopping = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ documents }: { documents: number }): void => {
      seen.push(documents);
      if (documents >= 128) stopping.abort();
    };
    await rebuild({ onProgress, signal: stopping.signal });
    assert.deepEqual(seen, [64, 128]);
    assert.equal(await matches(store.db, 'number'), 200);
    assert.deepEqual(await rebuild(), { tenants: 1, documents: 73, pending: 0, differences: 0 });
    assert.equal((await store.db.read.knex('index_rebuilds')).length, 0);
  });

  it('has in it what changes meanwhile: new, changed, renamed, deleted and purged documents', async () => {
    const ids = await fill(200);
    const id = (index: number): string => ids[index] ?? '';
    let step = 0;
    const changes = [
      () => store.push('# Late\n\nokapi\n', { filename: 'late.md' }),
      () => store.documents.update(ANONYMOUS, id(0), { description: 'renamed behind the rebuild' }),
      () => store.documents.update(ANONYMOUS, id(199), { description: 'renamed before the rebuild' }),
      () => store.trash.delete(ANONYMOUS, id(1)),
      () => store.trash.purge(ANONYMOUS, id(2)),
    ];
    const running: Promise<unknown>[] = [];
    const onProgress = (): void => {
      if (step === 1) running.push(...changes.map((change) => change()));
      step += 1;
    };
    const result = await rebuild({ onProgress });
    await Promise.all(running);
    assert.equal(result.differences, 0);
    assert.deepEqual(
      await Promise.all(['okapi', 'renam', 'number'].map((term) => matches(store.db, term))),
      [1, 2, 198],
    );
  });

  it('keeps tenants apart and goes through all of them', async () => {
    await addTenant(store.db, 'acme');
    const acme = { ...ANONYMOUS, tenant_id: 'acme' };
    await fill(3);
    await store.documents.push(acme, {
      content: await store.blobs.stageBytes(Buffer.from('the secret pangolin')),
      ...{ filename: 'secret.md', name: undefined, tags: [], description: '', declared_type: undefined },
    });
    assert.deepEqual(await rebuild(), { tenants: 2, documents: 5, pending: 0, differences: 0 });
    assert.equal(await matches(store.db, 'pangolin'), 0);
    const other = indexTables(2).entries;
    assert.equal((await store.db.read.knex(other).whereRaw(`${other} MATCH 'pangolin'`)).length, 1);
  });

  it('has a document wait whose text has to be extracted, and takes the text that is there already', async () => {
    await store.push('<p>numbat</p>', { filename: 'page.html' });
    const { pending } = await rebuild({ compare: false });
    assert.equal(pending, 1);
  });

  it('compares in both directions', async () => {
    await fill(2);
    await store.db.write(async (tx) => {
      await createSearchIndex(tx.knex, REBUILDING);
      assert.equal(await countDifferences(tx, LIVE, REBUILDING), await countDifferences(tx, REBUILDING, LIVE));
      assert.ok((await countDifferences(tx, LIVE, REBUILDING)) > 0);
    });
  });
});
