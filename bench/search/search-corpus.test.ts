import assert from 'node:assert/strict';

import { MARKED_DOCUMENTS } from '../corpus.js';
import { INVENTED_NAMES, inventedName } from './invented-names.js';
import { MISSPELT_MARK, queryWords } from './query-words.js';
import { realWords } from './real-text.js';
import { COMMON_NAME, COMMON_TAGS, MARKS, searchCorpus } from './search-corpus.js';

describe('documents to search in', () => {
  const COUNT = 10_000;
  const notes = [...searchCorpus('notes', COUNT)];
  const text = notes.map(({ content }) => content.toString().toLowerCase());
  const shareOf = (has: (document: (typeof notes)[number]) => boolean): number => notes.filter(has).length / COUNT;

  it('are the same each time, and in a larger store too but for the marks', () => {
    const few = [...searchCorpus('notes', 200)];
    assert.deepEqual(few, [...searchCorpus('notes', 200)]);
    assert.deepEqual(few[1], notes[1]);
  });

  it('are of a few hundred bytes, or of 4 KB in sections', () => {
    const mean = notes.reduce((bytes, { content }) => bytes + content.length, 0) / COUNT;
    assert.ok(mean > 300 && mean < 500, `${mean} bytes`);
    for (const { content } of searchCorpus('articles', 200)) {
      assert.ok(content.length > 3900 && content.length < 5000, `${content.length} bytes`);
      assert.ok(content.toString().split('\n## ').length > 4);
    }
  });

  it('have words as frequent as in real text, and tens of thousands of them', () => {
    const words = new Set(text.flatMap((one) => one.match(/\p{L}{3,}/gu) ?? []));
    assert.ok(words.size > 20_000, `${words.size} words`);
    const real = realWords().map((word) => word.toLowerCase());
    const share = (among: readonly string[], word: string): number =>
      among.filter((one) => one === word).length / among.length;
    const sampled = text.flatMap((one) => one.split(/[\s.]+/));
    for (const word of ['the', 'when', 'returns']) {
      const ratio = share(sampled, word) / share(real, word);
      assert.ok(ratio > 0.6 && ratio < 1.5, `${word}: ${ratio}`);
    }
  });

  it('carry three tags, a few of them common and most of them rare', () => {
    assert.ok(notes.every(({ tags }) => new Set(tags).size === 3));
    const [common, alsoCommon] = COMMON_TAGS;
    assert.ok(Math.abs(shareOf(({ tags }) => tags.includes(common)) - 0.22) < 0.03);
    assert.ok(Math.abs(shareOf(({ tags }) => tags.includes(common) && tags.includes(alsoCommon)) - 0.02) < 0.01);
    assert.ok(new Set(notes.flatMap(({ tags }) => tags)).size > 3000);
    assert.ok(Math.abs(shareOf(({ name }) => name.toLowerCase().includes(COMMON_NAME)) - 0.25) < 0.03);
  });

  it('have a hundred that are marked, and no other has a mark', () => {
    const marked = notes.flatMap(({ tags }, index) => (tags.includes(MARKS.tags[0]) ? [index] : []));
    assert.deepEqual(marked.slice(0, 3), [0, 100, 200]);
    assert.equal(marked.length, MARKED_DOCUMENTS);
    for (const mark of [MARKS.name.toLowerCase(), MARKS.phrase, MARKS.word]) {
      assert.equal(text.filter((one) => one.includes(mark)).length, MARKED_DOCUMENTS, mark);
    }
  });

  it('are asked for words of which they have as many as is said', () => {
    const { common, misspelt, pair } = queryWords();
    const share = (pattern: RegExp): number => text.filter((one) => pattern.test(one)).length / COUNT;
    assert.ok(share(new RegExp(`\\b${common[0]}\\b`)) > 0.2 && share(new RegExp(`\\b${common[1]}\\b`)) > 0.2);
    assert.ok(Math.abs(share(new RegExp(`\\b${pair.join(' ')}\\b`)) - 0.01) < 0.005, pair.join(' '));
    assert.ok(Math.abs(share(new RegExp(`\\b${misspelt.meant}\\b`)) - 0.02) < 0.01, misspelt.meant);
    assert.equal(share(new RegExp(`\\b(${misspelt.typed}|${MISSPELT_MARK})\\b`)), 0);
  });
});

describe('invented names', () => {
  it('are words, each another one', () => {
    const some = Array.from({ length: 5000 }, (_, index) => inventedName(Math.floor((index / 5000) * INVENTED_NAMES)));
    assert.equal(new Set(some).size, 5000);
    assert.ok(some.every((name) => /^[A-Z][a-z]{6}$/.test(name)));
  });
});
