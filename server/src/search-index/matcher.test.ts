import assert from 'node:assert/strict';
import { createMatcher } from './matcher.js';
import { parseQuery } from './query/parser.js';
import { patternsOf } from './query/patterns.js';

function matches(q: string, text: string, from?: number, to?: number): string[] {
  const { node } = parseQuery(q);
  const matcher = createMatcher(node ? patternsOf(node) : []);
  return matcher.find(text, from, to).map(({ start, end }) => text.slice(start, end));
}

describe('where a query stands in a text', () => {
  it('is where its words are, in any form', () => {
    assert.deepEqual(matches('retry', 'Retries and retry; RETRIED, not retrieve.'), ['Retries', 'retry', 'RETRIED']);
    assert.deepEqual(matches('naive', 'so naïve'), ['naïve']);
  });

  it('is one place for a phrase, an identifier and a word of a script without spaces', () => {
    assert.deepEqual(matches('"back off"', 'back off, off back, back-off'), ['back off', 'back-off']);
    assert.deepEqual(matches('parseConfig', 'parse_config parseconfig PARSE config config'), [
      'parse_config',
      'parseconfig',
      'PARSE config',
    ]);
    assert.deepEqual(matches('東京都', '東京都に'), ['東京都']);
  });

  it('is where a word begins, for a beginning, and where an identifier is that was typed as one word', () => {
    assert.deepEqual(matches('conf*', 'configure the conf, unconfigured'), ['configure', 'conf']);
    assert.deepEqual(matches('dryrun', 'use --dry-run'), ['dry-run']);
  });

  it('is where each part of an identifier is, where other words stand for one of them', () => {
    const node = parseQuery('parse_confg').node;
    assert.ok(node);
    const text = 'parse the config, parsed later';
    const found = createMatcher(patternsOf(node, new Map([['confg', ['config']]]))).find(text);
    assert.deepEqual(
      found.map(({ start, end }) => text.slice(start, end)),
      ['parse', 'config', 'parsed'],
    );
  });

  it('is nowhere for what is not wanted, and nothing for a filter', () => {
    assert.deepEqual(matches('a -draft tag:x', 'a draft x'), ['a']);
  });

  it('is looked for in a part of the text alone', () => {
    assert.deepEqual(matches('a', 'a b a b a', 2, 7), ['a']);
  });

  it('is found in time that grows with the text', () => {
    const started = performance.now();
    for (const unit of ['retry ', 'back off ', 'aB', 'x']) matches('retry "back off" aB x*', unit.repeat(100_000));
    assert.ok(performance.now() - started < 6000);
  });
});
