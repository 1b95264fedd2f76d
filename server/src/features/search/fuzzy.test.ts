import assert from 'node:assert/strict';
import { openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { ANONYMOUS } from '../../kernel/principal.js';
import { find, findNames, namesOf, pushSamples, putEntries, type Sample } from './testing/corpus.js';

describe('finding what was meant', () => {
  const folder = useTemporaryFolder();
  let store: Store;
  beforeEach(async () => {
    store = await openStore(folder());
  });
  afterEach(() => store.db.close());

  const put = (...samples: Sample[]): Promise<void> => pushSamples(store, samples);

  const misspelt: [asked: string, meant: string][] = [
    ['archtecture', 'architecture'],
    ['architecutre', 'architecture'],
    ['arcihtetcure', 'architecture'],
    ['retires', 'retries'],
    ['taht', 'that'],
    ['fiel', 'file'],
    ['flie', 'file'],
    ['xfile', 'file'],
    ['nofication', 'notification'],
    ['kubrenetes', 'kubernetes'],
    ['konfiguration', 'configuration'],
    ['архитектра', 'архитектура'],
    ['archit', 'architecture'],
    ['tecture', 'architecture'],
    ['parseconfg', 'parseConfig'],
  ];
  for (const [asked, meant] of misspelt) {
    it(`takes ${asked} for ${meant}`, async () => {
      await put({ name: 'found', text: `about ${meant} here` }, { name: 'other', text: 'something quite unlike' });
      const finding = await find(store, asked);
      assert.deepEqual(await namesOf(store, finding), ['found']);
      assert.equal(finding.match, 'fuzzy');
      assert.deepEqual(finding.corrections, [{ word: asked, alternatives: [meant.toLowerCase()] }]);
      assert.ok(finding.patterns.length > 0);
    });
  }

  it('does not when it is told not to, and does not take anything for anything', async () => {
    await put({ name: 'found', text: 'architecture' });
    assert.deepEqual(await findNames(store, 'archtecture', { fuzzy: false }), []);
    for (const unlike of ['infrastructure', 'arch1tekt0r', 'zzzz', 'ar', 'q']) {
      assert.deepEqual(await findNames(store, unlike), unlike === 'ar' ? ['found'] : [], unlike);
    }
  });

  it('keeps the words that are right', async () => {
    await put(
      { name: 'both', text: 'retry policy' },
      { name: 'wrong', text: 'retry nothing' },
      { name: 'near', text: 'entry policy' },
    );
    const { corrections, hits } = await find(store, 'retry polcy');
    assert.equal(hits.length, 1);
    assert.deepEqual(corrections, [{ word: 'polcy', alternatives: ['policy'] }]);
  });

  it('looks for the words of a phrase that is nowhere', async () => {
    await put({ name: 'found', text: 'the policy of every retry' });
    const { corrections, patterns } = await find(store, '"retry polcy"');
    assert.deepEqual(corrections, [{ word: 'polcy', alternatives: ['policy'] }]);
    assert.equal(patterns.length, 3);
  });

  it('looks for others too where all words are known, but in no document together', async () => {
    await put({ name: 'meant', text: 'message from here' }, { name: 'form', text: 'form' });
    assert.deepEqual(await findNames(store, 'message form'), ['meant']);
  });

  it('ranks it below everything exact, when it is asked for', async () => {
    await put({ name: 'exact', text: `${'long '.repeat(200)} form` }, { name: 'from', text: 'from' });
    assert.deepEqual(await findNames(store, 'form'), ['exact']);
    const finding = await find(store, 'form', { fuzzy: true });
    assert.deepEqual(await namesOf(store, finding), ['exact', 'from']);
    assert.deepEqual(
      finding.hits.map(({ match }) => match),
      ['exact', 'fuzzy'],
    );
    assert.equal(finding.match, 'exact');
    assert.equal(finding.total, 2);
    assert.ok((finding.hits[0]?.score ?? 0) > (finding.hits[1]?.score ?? 0));
  });

  it('prefers what is more alike', async () => {
    await put({ name: 'far', text: 'certification' }, { name: 'near', text: 'verification' });
    assert.deepEqual(await findNames(store, 'verificaton'), ['near', 'far']);
  });

  it('does not prefer what is only rarer', async () => {
    const common = Array.from({ length: 8 }, (_, index) => ({
      name: `invalid ${index}`,
      text: 'it is invalid and so on',
    }));
    await put({ name: 'italic', text: 'italic italic' }, ...common, { name: 'else', text: 'filler' });
    const names = await findNames(store, 'inalid');
    assert.equal(names.at(-1), 'italic');
    assert.equal(names.length, 9);
  });

  it('offers no words of documents that are gone', async () => {
    await put({ name: 'gone', text: 'architecture' }, { name: 'here', text: 'archipelago' });
    const [gone] = (await find(store, 'architecture', { fuzzy: false })).hits;
    const [row] = (await store.db.read.knex('documents').where({ sequence: gone?.sequence })) as {
      document_id: string;
    }[];
    await store.trash.delete(ANONYMOUS, row?.document_id ?? '', undefined);
    const { corrections, hits } = await find(store, 'archtecture');
    assert.deepEqual({ corrections, hits }, { corrections: [], hits: [] });
  });

  it('finds parts of names that are no words', async () => {
    await put({ name: '2026-11-24 report.v2' }, { name: '2026-12-24 report.v2' }, { name: 'other' });
    assert.deepEqual(await findNames(store, '26-11'), ['2026-11-24 report.v2']);
    assert.deepEqual(await findNames(store, '26-1 port.v'), ['2026-12-24 report.v2', '2026-11-24 report.v2']);
    assert.deepEqual(await findNames(store, '26-11 tag:none'), []);
  });

  it('stands for beginnings of words', async () => {
    await put({ name: 'config', text: 'configuration' }, { name: 'conflict', text: 'conflicts' }, { name: 'other' });
    const { corrections, match } = await find(store, 'conf*');
    assert.deepEqual((await findNames(store, 'conf*')).sort(), ['config', 'conflict']);
    assert.deepEqual({ corrections, match }, { corrections: [], match: 'exact' });
  });

  describe('in a question', () => {
    it('takes what has most of the words, those with more of them first', async () => {
      await put(
        { name: 'none', text: 'what did we do about it' },
        { name: 'one', text: 'retries are counted' },
        { name: 'all', text: 'we decided that retries back off' },
      );
      const q = 'What did we decide about retries back then?';
      assert.deepEqual(await findNames(store, q, { anyWord: true }), ['all', 'one']);
      assert.deepEqual(await findNames(store, 'what did we', { anyWord: true }), ['none', 'all']);
    });

    it('leaves out the commonest words of very many documents', async () => {
      await putEntries(store.db, 1000, (number) => ({ name: 'x', text: number === 7 ? 'common rare' : 'common' }));
      const { hits } = await find(store, 'common rare absent', { anyWord: true, limit: 2 });
      assert.equal(hits.length, 2);
      assert.ok((hits[0]?.score ?? 0) > (hits[1]?.score ?? 0));
    });
  });
});
