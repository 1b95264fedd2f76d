/** The door of the search index: how texts become terms, queries expressions over them, and where they stand in a text. */
export { indexText, termsOf, type IndexedText, type TextColumns } from './entry.js';
export { ANY_DOCUMENT, filterTerms, mediaTypeTerm, tagTerm } from './filter-terms.js';
export { foldWord, termOf } from './folding.js';
export { createMatcher, type Matcher, type PatternMatch } from './matcher.js';
export { toExpression } from './query/expression.js';
export {
  tagsOf,
  type Expansions,
  type ParsedQuery,
  type PhraseNode,
  type QueryNode,
  type WordNode,
} from './query/nodes.js';
export { parseQuery } from './query/parser.js';
export { patternsOf, wordsOf, type Pattern, type WantedWord } from './query/patterns.js';
export { type Link, type WordVisitor } from './word-visitor.js';
export { visitWords } from './words.js';
