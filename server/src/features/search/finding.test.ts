import assert from 'node:assert/strict';
import { openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import type { DocumentFilter } from '../documents/index.js';
import type { SearchSort } from './position.js';
import {
  find,
  FIRST_SEQUENCE,
  findNames,
  namesOf,
  NO_FILTER,
  pushSamples,
  putEntries,
  type Sample,
} from './testing/corpus.js';

describe('finding documents', () => {
  const folder = useTemporaryFolder();
  let store: Store;
  beforeEach(async () => {
    store = await openStore(folder());
  });
  afterEach(() => store.db.close());

  const put = (...samples: Sample[]): Promise<void> => pushSamples(store, samples);

  describe('by words', () => {
    it('wants all of them, in whatever form, wherever they stand', async () => {
      await put(
        { name: 'both', text: 'We retry after a timeout.' },
        { name: 'one', text: 'We retry.' },
        { name: 'retries', description: 'What happens in timeouts' },
        { name: 'tagged', tags: ['retrying'], text: 'TIMEOUT' },
      );
      assert.deepEqual((await findNames(store, 'retries timeout')).sort(), ['both', 'retries', 'tagged']);
    });

    it('leaves out what is not wanted, and takes either of what is joined by OR', async () => {
      await put({ name: 'a', text: 'apple pear' }, { name: 'b', text: 'apple plum' }, { name: 'c', text: 'cherry' });
      assert.deepEqual(await findNames(store, 'apple -pear'), ['b']);
      assert.deepEqual((await findNames(store, 'pear OR cherry')).sort(), ['a', 'c']);
      assert.deepEqual((await findNames(store, '-pear')).sort(), ['b', 'c']);
    });

    it('finds phrases, beginnings and identifiers', async () => {
      await put(
        { name: 'order', text: 'the file name is wrong' },
        { name: 'apart', text: 'the name of the file' },
        { name: 'code', text: 'function parseConfig() {}' },
        { name: 'text', text: 'how to parse a config' },
      );
      assert.deepEqual(await findNames(store, '"file name"'), ['order']);
      assert.deepEqual(await findNames(store, 'func*'), ['code']);
      assert.equal((await findNames(store, 'parseConfig'))[0], 'code');
      assert.equal((await findNames(store, 'parse_config'))[0], 'code');
    });

    it('prefers names to headings, headings to the text, and rare words to common ones', async () => {
      const filler = 'Something else that is written here for its length only. '.repeat(3);
      await put(
        { name: 'z', filename: 'z.md', text: `${filler} backoff ${filler}` },
        { name: 'y', filename: 'y.md', text: `# Backoff\n\n${filler}${filler}` },
        { name: 'backoff', filename: 'x.md', text: `${filler}${filler}` },
        { name: 'other', filename: 'o.md', text: filler },
      );
      assert.deepEqual(await findNames(store, 'backoff'), ['backoff', 'y', 'z']);
    });

    it('gives scores that fall, and of equal documents the newest first', async () => {
      await put(...Array.from({ length: 5 }, (_, index) => ({ name: `n${index}`, text: 'the very same words' })));
      const { hits } = await find(store, 'same words');
      assert.deepEqual(
        hits.map(({ sequence }) => sequence),
        [5, 4, 3, 2, 1].map((number) => FIRST_SEQUENCE + number - 1),
      );
      assert.ok(hits.every(({ score }) => score > 0 && score === hits[0]?.score));
    });

    it('is not confused by words that stand everywhere', async () => {
      await put({ name: 'a', text: 'the cat and the hat' }, { name: 'b', text: 'a cat in a hat' });
      assert.deepEqual(await findNames(store, 'the cat'), ['a']);
      assert.deepEqual((await findNames(store, 'a')).sort(), ['a', 'b']);
    });

    it('finds a document that a tag fits by itself', async () => {
      await put({ name: 'tagged', tags: ['red'] }, { name: 'worded', text: 'blue' }, { name: 'neither' });
      assert.deepEqual(await findNames(store, 'tag:red OR blue'), ['worded', 'tagged']);
    });
  });

  describe('with filters', () => {
    const samples: Sample[] = [
      { name: 'alpha one', text: 'word', tags: ['a', 'b'], filename: 'a.md' },
      { name: 'alpha two', text: 'word and more of it', tags: ['a'], filename: 'a.txt' },
      { name: 'beta one', text: 'word '.repeat(50), tags: ['b', 'c'], filename: 'a.md' },
      { name: 'beta two', text: 'nothing', tags: ['a', 'c'], filename: 'a.json' },
    ];
    const cases: [string, Partial<DocumentFilter>, string[]][] = [
      ['tags', { tags: ['a', 'b'] }, ['alpha one']],
      ['any_tags', { any_tags: ['b', 'c'] }, ['alpha one', 'beta one']],
      ['not_tags', { not_tags: ['c'] }, ['alpha one', 'alpha two']],
      ['mime_type', { mime_type: 'text/markdown' }, ['alpha one', 'beta one']],
      ['all of a kind', { mime_type: 'text/*' }, ['alpha one', 'alpha two', 'beta one']],
      ['name', { name: 'PHA' }, ['alpha one', 'alpha two']],
      ['min_size', { min_size: 10 }, ['alpha two', 'beta one']],
      ['max_size', { max_size: 10 }, ['alpha one']],
      ['several', { name: 'one', not_tags: ['c'], max_size: 10 }, ['alpha one']],
      ['what nothing fulfils', { tags: ['a'], not_tags: ['a'] }, []],
    ];
    for (const [what, filter, names] of cases) {
      it(`keeps to ${what}`, async () => {
        await put(...samples);
        assert.deepEqual((await findNames(store, 'word', { filter: { ...NO_FILTER, ...filter } })).sort(), names);
      });
    }

    it('keeps to times, those of the query itself too', async () => {
      const days = [1, 2, 3].map((day) => `2031-01-0${day}`);
      for (const day of days) {
        store.clock.advance(Date.parse(`${day}T12:00:00Z`) - store.clock.now().getTime());
        await put({ name: day, text: 'word' });
      }
      const filter = { ...NO_FILTER, uploaded_after: '2031-01-02T00:00:00.000Z' };
      assert.deepEqual((await findNames(store, 'word', { filter })).sort(), days.slice(1));
      assert.deepEqual((await findNames(store, 'word after:2031-01-02')).sort(), days.slice(1));
      assert.deepEqual(await findNames(store, 'word before:2031-01-03', { filter }), ['2031-01-02']);
      assert.deepEqual(await findNames(store, 'word after:2031-01-01', { filter, limit: 1 }), ['2031-01-03']);
    });

    it('without words gives the newest, and without anything nothing', async () => {
      await put(...samples);
      const newest = ['beta two', 'alpha two', 'alpha one'];
      assert.deepEqual(await findNames(store, '', { filter: { ...NO_FILTER, tags: ['a'] } }), newest);
      assert.deepEqual(await findNames(store, 'tag:a'), newest);
      assert.deepEqual(
        await findNames(store, 'tag:a -tag:b', { filter: { ...NO_FILTER, name: 'two' } }),
        newest.slice(0, 2),
      );
      assert.deepEqual(await findNames(store, 'tag:a OR type:text/plain'), newest);
      const { hits, total } = await find(store, '  ');
      assert.deepEqual({ hits, total }, { hits: [], total: 0 });
    });

    it('suggests tags for those that nobody has', async () => {
      await put({ name: 'n', tags: ['architecture'], text: 'word' });
      const { hits, similar_tags } = await find(store, 'word tag:architectur');
      assert.deepEqual(hits, []);
      assert.deepEqual(similar_tags, [{ tag: 'architecture', document_count: 1 }]);
    });
  });

  describe('in pages', () => {
    const sorts: [SearchSort, 'asc' | 'desc' | undefined][] = [
      ['relevance', undefined],
      ['uploaded_at', 'desc'],
      ['uploaded_at', 'asc'],
      ['updated_at', 'desc'],
      ['name', 'asc'],
      ['name', 'desc'],
      ['size', 'asc'],
    ];
    const words = ['word', 'word words', 'word other', 'other'];
    const samples = Array.from({ length: 23 }, (_, index) => ({
      name: `document ${(index * 7) % 5}`,
      text: words[index % 4] ?? '',
      tags: index % 2 === 0 ? ['even'] : [],
    }));
    for (const [what, q, fuzzy] of [
      ['words', 'word', false],
      ['filters alone', 'tag:even', false],
      ['fuzzy matches too', 'wrod OR other', true],
    ] as const) {
      it(`shows everything once in every order: ${what}`, async () => {
        await put(...samples);
        for (const [sort, order] of sorts) {
          const whole = await find(store, q, { sort, order, fuzzy });
          assert.ok(whole.hits.length > 10 && whole.next === undefined);
          const pieces: number[] = [];
          let page = await find(store, q, { sort, order, fuzzy, limit: 3 });
          for (;;) {
            pieces.push(...page.hits.map(({ sequence }) => sequence));
            assert.equal(page.total, whole.total);
            if (!page.next) break;
            assert.equal(page.hits.length, 3);
            page = await find(store, q, { sort, order, fuzzy, limit: 3, after: page.next });
          }
          assert.deepEqual(
            pieces,
            whole.hits.map(({ sequence }) => sequence),
          );
        }
      });
    }

    it('orders by what is asked for', async () => {
      await put({ name: 'b', text: 'word' }, { name: 'c', text: 'word word' }, { name: 'a', text: 'word 3' });
      const orders = [
        ['name', 'asc', 'abc'],
        ['name', 'desc', 'cba'],
        ['uploaded_at', 'asc', 'bca'],
        ['uploaded_at', 'desc', 'acb'],
        ['size', 'desc', 'cab'],
      ] as const;
      for (const [sort, order, expected] of orders) {
        assert.equal((await findNames(store, 'word', { sort, order })).join(''), expected, `${sort} ${order}`);
      }
    });
  });

  describe('among very many', () => {
    it('counts up to 10,000, ranks the newest, and finds an old one by its name', async () => {
      await putEntries(store.db, 10_100, (number) => ({
        name: number === 3 ? 'word' : 'something',
        text: number === 5 ? 'word word word' : 'the word among others',
      }));
      const { hits, total, total_capped } = await find(store, 'word', { limit: 3 });
      assert.deepEqual({ total, total_capped }, { total: 10_000, total_capped: true });
      assert.equal(hits[0]?.sequence, FIRST_SEQUENCE + 3);
      const oldest = await find(store, 'word', { sort: 'uploaded_at', order: 'asc', limit: 2 });
      assert.deepEqual(
        oldest.hits.map(({ sequence }) => sequence),
        [FIRST_SEQUENCE, FIRST_SEQUENCE + 1],
      );
    });

    it('shows every one of them in pages, each once', async () => {
      await putEntries(store.db, 6000, (number) => ({ name: 'x', text: `word ${number % 7}` }));
      const seen = new Set<number>();
      let pages = 0;
      for (let page = await find(store, 'word', { limit: 200 }); ; pages += 1) {
        for (const { sequence } of page.hits) seen.add(sequence);
        if (!page.next) break;
        page = await find(store, 'word', { limit: 200, after: page.next });
      }
      assert.deepEqual({ seen: seen.size, pages }, { seen: 6000, pages: 29 });
    });

    it('finds the few that a filter leaves, however old they are', async () => {
      await put({ name: 'rare name', text: 'word' }, { name: 'rare too', text: 'other' });
      await putEntries(store.db, 9000, () => ({ name: 'x', text: 'word' }), FIRST_SEQUENCE + 2);
      const found = await find(store, 'word', { filter: { ...NO_FILTER, name: 'rare' } });
      assert.deepEqual(await namesOf(store, found), ['rare name']);
    });
  });
});
