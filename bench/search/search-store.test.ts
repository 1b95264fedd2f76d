import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ChildServer } from '../child-server.js';
import type { ExpectedPage, LoadResult, SearchJob } from '../load-jobs.js';
import { readOptions } from '../options.js';
import { mistakeIn } from '../requests/searches.js';
import { measureIndexSize } from '../scenarios/search/index-size.js';
import { storedDocumentId } from '../store-writer.js';
import { openWorkbench, type Workbench } from '../workbench.js';
import { MARKS, searchCorpus } from './search-corpus.js';
import { listLoads, textLoads, type SearchLoad } from './search-loads.js';
import { cachedSearchStore } from './store-cache.js';

describe('a store to search in', function () {
  this.timeout(20_000);
  const STORE = { shape: 'notes', documents: 1000 } as const;
  const root = mkdtempSync(join(tmpdir(), 'bench-search-'));
  const cache = join(root, 'cache');
  let bench: Workbench;
  let server: ChildServer;
  before(async () => {
    const options = readOptions(['--quick', '--store-cache', cache]);
    assert.ok(options);
    bench = openWorkbench(root, {
      ...options,
      effort: { ...options.effort, noteStores: [STORE.documents], articles: 100 },
    });
    server = await bench.startOurs(await bench.searchStore(STORE));
  });
  after(() => {
    bench.clear();
  });

  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
    assert.equal(answer.status, 200, path);
    return await answer.json();
  };
  const search = (load: Pick<SearchLoad, 'path' | 'expected'>): Promise<LoadResult> => {
    const job: SearchJob = {
      kind: 'search',
      port: server.port,
      connections: 1,
      until: { requests: 1 },
      path: load.path,
      expected: load.expected,
      verifyEvery: 1,
    };
    return bench.generator.run(job);
  };

  it('is kept in the cache, and found there the next time', async () => {
    const before = readdirSync(cache);
    assert.match(before.join(), /^notes-1000-[0-9a-f]{12}$/);
    const { ino } = statSync(join(cache, before[0] ?? ''));
    assert.equal(await cachedSearchStore(cache, STORE), join(cache, before[0] ?? '', 'store'));
    assert.equal(statSync(join(cache, before[0] ?? '')).ino, ino);
  });

  it('has every document as it was made, in the order in which it was made, and indexed', async () => {
    const documents = [...searchCorpus(STORE.shape, STORE.documents)];
    for (const index of [0, 1, 517, 999]) {
      const { content, name, tags } = documents[index] ?? {};
      const id = storedDocumentId(index);
      const stored = (await get(`/documents/${id}/metadata`)) as Readonly<Record<string, unknown>>;
      const { uploaded_at, index_status } = stored;
      assert.deepEqual([stored['name'], stored['tags'], index_status], [name, tags, 'indexed']);
      assert.equal(uploaded_at, new Date(Date.UTC(2024, 0, 1, 0, index)).toISOString());
      const pulled = await fetch(`http://127.0.0.1:${server.port}/documents/${id}`);
      assert.equal(await pulled.text(), content?.toString());
    }
  });

  it('is answered for every load, with as many documents as are marked', async () => {
    for (const load of [...listLoads(), ...textLoads()]) {
      const answer = await get(load.path);
      const rows = rowsOf(answer);
      assert.ok(rows > 0, load.id);
      const expected: ExpectedPage = load.expected.answer === 'context' ? load.expected : { ...load.expected, rows };
      assert.equal(mistakeIn(answer, expected), undefined, load.id);
    }
    const rare = (await get(`/search?q=${MARKS.word}`)) as { total: number };
    assert.equal(rare.total, 100);
  });

  it('is right also where another form of a word is marked', () => {
    const document = { name: 'To inform others', tags: [] };
    const result = { document, match: 'exact', name_matches: [{ start: 3, end: 9 }], snippets: [] };
    const answer = { match: 'exact', total: 1, corrections: [], results: [result] };
    const expected = { answer: 'results', rows: 1, match: 'exact' } as const;
    assert.equal(mistakeIn(answer, { ...expected, words: ['information'] }), undefined);
    assert.match(mistakeIn(answer, { ...expected, words: ['performance'] }) ?? '', /none of performance/);
  });

  it('is not right whatever the answer', async () => {
    const loads = new Map([...listLoads(), ...textLoads()].map((load) => [load.id, load]));
    const wrong = (id: string, change: object): Promise<LoadResult> => {
      const load = loads.get(id);
      assert.ok(load, id);
      return search({ path: load.path, expected: { ...load.expected, ...change } });
    };
    await assert.rejects(wrong('newest', { rows: 51 }), /50 documents instead of 51/);
    await assert.rejects(wrong('newest', { name: 'zeppelin' }), /answered with /);
    await assert.rejects(wrong('word-rare', { words: ['absent'] }), /none of absent is a tag's or marked/);
    await assert.rejects(wrong('word-rare', { match: 'fuzzy' }), /a match that is exact/);
    await assert.rejects(wrong('context', { words: ['absent'] }), /a passage without absent/);
    await assert.rejects(wrong('context', { maxTokens: 1 }), /\d+ tokens/);
    await assert.rejects(wrong('tags-list', { prefix: 'no-such' }), /the tag /);
  });

  it('has an index whose size is measured', async () => {
    const { rows } = await measureIndexSize(bench);
    for (const { figures, label } of rows) {
      const [ratio] = figures;
      assert.ok(ratio && ratio.value > 0.3 && ratio.value < 3, `${label}: ${ratio?.value}`);
    }
    assert.equal(rows.length, 2);
  });

  it('can be pushed to, with and without what is indexed', async () => {
    const fresh = await bench.startOurs(bench.folder('articles'));
    const push = (as: 'indexed' | 'not indexed'): Promise<LoadResult> =>
      bench.generator.run({
        kind: 'article',
        as,
        port: fresh.port,
        connections: 2,
        until: { requests: 6 },
        run: as,
        verifyEvery: 1,
      });
    const indexed = await push('indexed');
    const other = await push('not indexed');
    assert.equal(indexed.verified + other.verified, 12);
    assert.equal(new Set([...indexed.stored, ...other.stored].map(({ sha256 }) => sha256)).size, 12);
    await fresh.stop();
  });
});

/** How many documents, results, passages or tags an answer has. */
function rowsOf(answer: unknown): number {
  const { passages, results } = answer as { results?: unknown[]; passages?: unknown[] };
  return (results ?? passages ?? (answer as unknown[])).length;
}
