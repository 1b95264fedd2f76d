import assert from 'node:assert/strict';

import { corpus, MARKED_DOCUMENTS } from './corpus.js';
import { countMatches, PAGE_ROWS, QUERY_FILTERS } from './query-filters.js';

describe('generated documents', () => {
  const documents = [...corpus(10_000)];
  const shareWith = (tag: string): number => documents.filter(({ tags }) => tags.includes(tag)).length / 10_000;

  it('are the same each time', () => {
    assert.deepEqual([...corpus(300)], [...corpus(300)]);
  });

  it('carry common tags as often as the queries assume', () => {
    assert.ok(Math.abs(shareWith('design') - 0.27) < 0.03, `design on ${shareWith('design')}`);
    assert.ok(Math.abs(shareWith('docs') - 0.08) < 0.02, `docs on ${shareWith('docs')}`);
    assert.ok(shareWith('licensing') < 0.001, `licensing on ${shareWith('licensing')}`);
  });

  it('never carry both of the tags that must not meet', () => {
    assert.ok(shareWith('draft') > 0.15 && shareWith('final') > 0.15);
    assert.ok(!documents.some(({ tags }) => tags.includes('draft') && tags.includes('final')));
  });

  it('hold a full page of marked ones, spread over the store', () => {
    const marked = documents.flatMap(({ tags }, index) => (tags.includes('retrospective') ? [index] : []));
    assert.equal(marked.length, MARKED_DOCUMENTS);
    assert.deepEqual(marked.slice(0, 3), [0, 100, 200]);
  });

  it('answer a filter with the same number of rows in a small and a large store, where its target compares them', () => {
    const [small, large] = [countMatches(1_000), countMatches(10_000)];
    const full = QUERY_FILTERS.filter(
      (_, index) => (small[index] ?? 0) >= PAGE_ROWS && (large[index] ?? 0) >= PAGE_ROWS,
    );
    assert.ok(full.length >= 12, `only ${full.map(({ id }) => id).join(', ')} fill a page in both`);
    const none = QUERY_FILTERS.findIndex(({ id }) => id === 'query-tags-disjoint');
    assert.equal(large[none], 0);
  });
});
