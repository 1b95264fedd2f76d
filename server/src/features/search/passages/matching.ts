import { createMatcher, type Matcher, type Pattern, type PatternMatch } from '../../../search-index/index.js';

const matchers = new WeakMap<readonly Pattern[], Matcher>();

/** Where a query's patterns stand in a text, in order; what lies inside another match is left out. */
export function findMatches(text: string, patterns: readonly Pattern[]): PatternMatch[] {
  let matcher = matchers.get(patterns);
  if (matcher === undefined) matchers.set(patterns, (matcher = createMatcher(patterns)));
  return matcher.find(text);
}
