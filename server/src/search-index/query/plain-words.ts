/** What cannot be read as a query: all its words, whatever stands between them. */
import { visitWords } from '../words.js';
import { FIELD, OPERATORS } from './lexer.js';
import { joined, type QueryNode, type WordNode } from './nodes.js';

/** More words than this do not count, nor more filters. */
export const MAX_WORDS = 32;

// eslint-disable-next-line no-control-regex -- control characters separate words
const SEPARATORS = /[\s"“”„‟«»＂()*|\u0000-\u001f\u007f]+/;

/** The words of a query; its operators and the names of its fields are words only where there is nothing else. */
export function plainWords(q: string): QueryNode | undefined {
  const words = q.split(SEPARATORS);
  const said = words.filter((word) => !OPERATORS.has(word)).map(withoutField);
  const nodes = wordNodes(said);
  return joined('and', nodes.length > 0 ? nodes : wordNodes(words));
}

function wordNodes(words: readonly string[]): WordNode[] {
  return words
    .filter(isSearchable)
    .slice(0, MAX_WORDS)
    .map((text) => ({ type: 'word', text, prefix: false }));
}

function withoutField(word: string): string {
  FIELD.lastIndex = 0;
  return FIELD.test(word) ? word.slice(FIELD.lastIndex) : word;
}

/** Whether there is a word in it that the index could have. */
export function isSearchable(text: string): boolean {
  let isThere = false;
  visitWords(text, () => (isThere = true));
  return isThere;
}
