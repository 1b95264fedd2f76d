import assert from 'node:assert/strict';
import { wordSimilarity } from './fuzzy.similarity.js';

describe('the similarity of words', () => {
  it('is 1 for the same, and forgives more slips in longer words', () => {
    assert.equal(wordSimilarity('same', 'same'), 1);
    const similar = [
      ['form', 'from'],
      ['fiel', 'file'],
      ['reties', 'retries'],
      ['recieveing', 'receiving'],
      ['authentification', 'authentication'],
    ] as const;
    for (const [asked, word] of similar) assert.ok(wordSimilarity(asked, word) > 0.4, `${asked} ${word}`);
    const unlike = [
      ['cat', 'car'],
      ['retry', 'entries'],
      ['search', 'sketch'],
      ['house', 'mouth'],
    ] as const;
    for (const [asked, word] of unlike) assert.equal(wordSimilarity(asked, word), 0, `${asked} ${word}`);
  });

  it('takes a part for the whole, its beginning above all', () => {
    const beginning = wordSimilarity('archit', 'architecture');
    const end = wordSimilarity('tecture', 'architecture');
    assert.ok(beginning > end && end > 0);
    assert.ok(wordSimilarity('architectur', 'architecture') > beginning);
    assert.equal(wordSimilarity('ar', 'architecture'), 0);
    assert.equal(wordSimilarity('hit', 'architecture'), 0);
  });

  it('prefers the same first letter', () => {
    assert.ok(wordSimilarity('pattern', 'patterm') > wordSimilarity('pattern', 'battern'));
  });
});
