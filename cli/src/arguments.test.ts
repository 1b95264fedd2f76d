import assert from 'node:assert/strict';
import { checkedIds, requestedFormat, splitTags } from './arguments.js';
import { UsageError } from './errors.js';

describe('tags on a command line', () => {
  it('are separated by commas, in one option or several', () => {
    assert.deepEqual(splitTags(['design, docs', 'v2']), ['design', 'docs', 'v2']);
  });

  it('do not count when they are empty', () => {
    assert.deepEqual(splitTags(['', ' , a,, ']), ['a']);
  });
});

describe('ids on a command line', () => {
  it('count once', () => {
    assert.deepEqual(checkedIds(['doc_0123456789ab', 'doc_0123456789ab']), ['doc_0123456789ab']);
  });

  for (const id of ['', 'doc_', 'doc_0123456789AB', 'doc_0123456789abc', '../doc_0123456789ab', 'doc_0123456789ab\n']) {
    it(`cannot be ${JSON.stringify(id)}`, () => {
      assert.throws(() => checkedIds(['doc_0123456789ab', id]), UsageError);
    });
  }
});

describe('the format of an error that stops the parser', () => {
  for (const [words, format] of [
    [[], 'table'],
    [['query', '--format', 'json', '--nmae'], 'json'],
    [['--format=json'], 'json'],
    [['--format', 'json', '--format=table'], 'table'],
    [['--format'], 'table'],
    [['push', '--', '--format=json'], 'table'],
    [['--formatted=json'], 'table'],
  ] as const) {
    it(`is ${format} for ${JSON.stringify(words)}`, () => {
      assert.equal(requestedFormat(words), format);
    });
  }
});
