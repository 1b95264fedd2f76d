/** Two tenants in one store: nothing of one shows in what the other is answered. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { openBlobStore } from '../../blobs/index.js';
import { ANONYMOUS, type Principal } from '../../kernel/principal.js';
import { BARE, openStore, type Store } from '../../testing/store.js';
import { addTenant } from '../../testing/tenant.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { Search } from './search.js';
import { NO_FILTER } from './testing/corpus.js';

const ACME: Principal = { ...ANONYMOUS, tenant_id: 'acme' };

describe('tenants beside each other', () => {
  const folder = useTemporaryFolder();
  let store: Store;
  let search: Search;
  beforeEach(async () => {
    store = await openStore(folder());
    await openBlobStore(store.root);
    await addTenant(store.db, ACME.tenant_id);
    const databaseFile = path.join(store.root, 'documents.db');
    search = new Search({ databaseFile, maxIndexedBytes: 2 ** 20, timeoutMs: 10_000 });
  });
  afterEach(async () => {
    await search.close();
    await store.db.close();
  });

  const push = async (principal: Principal, name: string, text: string, tags: string[]): Promise<void> => {
    const content = await store.blobs.stageBytes(Buffer.from(text));
    await store.documents.push(principal, { ...BARE, name, tags, content });
  };
  const find = (principal: Principal, q: string, fuzzy?: boolean) =>
    search.search(principal, { q, fuzzy, filter: NO_FILTER, limit: 20, snippets: 3 });

  it('find no words, parts of words, names and tags of each other', async () => {
    await push(ACME, 'Rhinoceros plan', '# Savanna\n\nThe pangolin budget is parseRhino.', ['theirtag', 'shared']);
    await push(ANONYMOUS, 'Mine', 'Something else.', ['shared']);
    const asked = [
      ...['pangolin', 'pangolni', 'pango*', 'angoli', '"pangolin budget"', 'parseRhino', 'parse_rhno', 'savanna'],
      ...[
        'rhinoceros',
        'Rhinoc',
        'name:plan',
        'tag:theirtag',
        'tag:theirtags',
        'something pangolin',
        'tag:shared budget',
      ],
    ];
    for (const q of asked) {
      for (const fuzzy of [undefined, true, false]) {
        const { results } = await find(ANONYMOUS, q, fuzzy);
        assert.ok(
          results.results.every(({ document }) => document.name === 'Mine'),
          q,
        );
        assert.doesNotMatch(JSON.stringify(results), /pangolin|rhino|savanna|theirtag|budget/i, q);
      }
      if (!q.startsWith('something')) {
        const { results } = await find(ACME, q);
        assert.ok(results.total === 1 || results.similar_tags.length === 1, `${q} is nowhere`);
      }
    }
  });

  it('count and suggest only tags of their own', async () => {
    await push(ACME, 'Theirs', 'text', ['secret', 'shared']);
    await push(ACME, 'Theirs too', 'text', ['shared']);
    await push(ANONYMOUS, 'Mine', 'text', ['shared']);
    const list = async (principal: Principal, more: object) =>
      (await search.tags(principal, { prefix: '', sort: 'name', limit: 10, ...more })).tags;
    for (const more of [{}, { sort: 'count' }, { prefix: 's' }, { similar_to: 'secrte' }, { similar_to: 'shraed' }]) {
      const tags = await list(ANONYMOUS, more);
      assert.ok(
        tags.every(({ tag, document_count }) => tag === 'shared' && document_count === 1),
        JSON.stringify(more),
      );
    }
    assert.deepEqual(await list(ACME, {}), [
      { tag: 'secret', document_count: 1 },
      { tag: 'shared', document_count: 2 },
    ]);
  });

  it('get no sections of each other, neither as an answer nor as what was left out', async () => {
    const report = (topic: string): string =>
      Array.from({ length: 9 }, (_, index) => `## Part ${index}\n\n${`The ${topic} retries. `.repeat(30)}\n`).join(
        '\n',
      );
    await push(ACME, 'Theirs', report('pangolin'), []);
    await push(ANONYMOUS, 'Mine', report('zebra'), []);
    const ask = { q: 'how often does the pangolin retry?', filter: NO_FILTER, max_tokens: 500 };
    const { context, markdown } = await search.context(ANONYMOUS, ask);
    assert.ok(context.passages.length > 0 && context.left_out.length > 0);
    assert.ok([...context.passages, ...context.left_out].every(({ name }) => name === 'Mine'));
    assert.doesNotMatch(markdown, /pangolin|Theirs/);
  });

  it('rank by their own documents alone', async () => {
    const texts = ['retry and backoff', 'retry retry', 'backoff alone', 'something else'];
    for (const text of texts) await push(ANONYMOUS, text, text, []);
    const before = await find(ANONYMOUS, 'retry OR backoff');
    for (let index = 0; index < 30; index += 1) await push(ACME, `retry ${index}`, 'retry retry', ['retry']);
    assert.deepEqual(await find(ANONYMOUS, 'retry OR backoff'), before);
  });
});
