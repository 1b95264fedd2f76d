import assert from 'node:assert/strict';
import path from 'node:path';
import { openBlobStore } from '../../blobs/index.js';
import { openStore, type Store } from '../../testing/store.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { Problem } from '../../kernel/problem.js';
import { SearchThreads, type SearchThreadsOptions } from './search-threads.js';
import { NO_FILTER, pushSamples, putEntries } from './testing/corpus.js';

describe('the threads of the search', () => {
  const folder = useTemporaryFolder();
  let store: Store;
  let threads: SearchThreads;
  const open = (options: Partial<SearchThreadsOptions> = {}): SearchThreads => {
    const databaseFile = path.join(store.root, 'documents.db');
    threads = new SearchThreads({ databaseFile, maxIndexedBytes: 2 ** 20, timeoutMs: 10_000, ...options });
    return threads;
  };
  beforeEach(async () => {
    store = await openStore(folder());
    await openBlobStore(store.root);
  });
  afterEach(async () => {
    await threads.close();
    await store.db.close();
  });

  const request = (q: string) => ({ q, filter: NO_FILTER, limit: 20, snippets: 3 });
  const isUnavailable = (detail: RegExp) => (error: unknown) => {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.code, 'unavailable');
    assert.match(error.message, detail);
    assert.equal(error.headers['Retry-After'], '1');
    return true;
  };

  it('answer with documents, passages and where these stand, of what is committed at the time', async () => {
    open();
    assert.equal((await threads.run('search', 'default', request('backoff'))).results.total, 0);
    const text = '# Errors\n\nWe decided on\nan exponential backoff.\n';
    await pushSamples(store, [{ name: 'Backoff', filename: 'a.md', text, tags: ['design'] }]);
    const { next, results } = await threads.run('search', 'default', request('backoff'));
    assert.equal(next, undefined);
    const [result] = results.results;
    assert.equal(result?.document.name, 'Backoff');
    assert.deepEqual(result.document.tags, ['design']);
    assert.deepEqual(result.name_matches, [{ start: 0, end: 7 }]);
    const [snippet] = result.snippets;
    assert.equal(snippet?.section, 'Errors');
    assert.ok(snippet.citation.startsWith(`${result.document.document_id}@1#L`), snippet.citation);
    const [match] = snippet.matches;
    assert.equal(snippet.text.slice(match?.start, match?.end), 'backoff');
    assert.deepEqual((await threads.run('tags', 'default', { labels: [], prefix: '', sort: 'name', limit: 10 })).tags, [
      { tag: 'design', document_count: 1 },
    ]);
    const { context } = await threads.run('context', 'default', { q: 'backoff?', filter: NO_FILTER, max_tokens: 500 });
    assert.equal(context.passages.length, 1);
  });

  it('know nothing of other tenants', async () => {
    open();
    await pushSamples(store, [{ name: 'mine', text: 'secret' }]);
    assert.equal((await threads.run('search', 'nobody', request('secret'))).results.total, 0);
    assert.equal((await threads.run('search', 'nobody', request('secrte'))).results.corrections.length, 0);
  });

  it('give up what takes too long, and go on', async () => {
    await putEntries(store.db, 5000, (number) => ({ name: `name ${number}`, text: 'some words and a few more' }));
    open({ timeoutMs: 1 });
    await assert.rejects(
      threads.run('search', 'default', request('some OR words OR few')),
      isUnavailable(/longer than 0\.001/),
    );
    await threads.close();
    open();
    await threads.run('search', 'default', request('some'));
  });

  it('let no more wait than can be served', async () => {
    open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, () => threads.run('search', 'default', request('word'))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.ok(
      refused.length > 0 && refused.length < 60,
      `${refused.length} were refused: ${String(refused[0]?.reason)} ${String(refused.at(-1)?.reason)}`,
    );
    for (const { reason } of refused) isUnavailable(/busy/)(reason);
  });

  it('let nothing wait longer for its turn than they are told', async () => {
    open({ queueMs: 20 });
    // Until the first ones are done, threads have to start.
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => threads.run('search', 'default', request('word'))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.ok(refused.length >= 10 && refused.length < 20, String(refused.length));
    for (const { reason } of refused) isUnavailable(/busy with other searches/)(reason);
  });

  it('end with the server, whatever is asked then', async () => {
    open();
    const running = Array.from({ length: 5 }, () => threads.run('search', 'default', request('word')));
    await threads.run('search', 'default', request('word'));
    const outcomes = Promise.allSettled(running);
    await threads.close();
    await outcomes;
    await assert.rejects(threads.run('search', 'default', request('word')), isUnavailable(/stopping/));
  });
});
