/**
 * Queries as FTS5 reads them. Nothing of what somebody typed gets into an expression but terms that the cutting into words
 * has made, each in quotation marks, so that none can mean anything else.
 */
import { ANY_DOCUMENT, mediaTypeTerm, tagTerm } from '../filter-terms.js';
import { termOf } from '../folding.js';
import type { Word } from '../known-words.js';
import type { Expansions, PhraseNode, QueryNode, WordNode } from './nodes.js';
import { readTypedWords, termsOfTyped, type TypedWords } from './typed-words.js';

const NOTHING: Expansions = new Map();

/**
 * The expression of a query.
 *
 * @param expansions words that count for others of the query, too
 * @returns undefined when there is nothing in it that can be searched
 */
export function toExpression(node: QueryNode, expansions: Expansions = NOTHING): string | undefined {
  switch (node.type) {
    case 'word':
    case 'phrase': {
      const words = node.type === 'word' ? wordExpression(node, expansions) : phraseExpression(node);
      return words !== undefined && node.field ? `${node.field} : (${words})` : words;
    }
    case 'tag':
      return quoted(tagTerm(node.tag));
    case 'media_type':
      return quoted(mediaTypeTerm(node.media_type));
    case 'not':
      return without(undefined, [toExpression(node.node, expansions)]);
    case 'and':
      return allOf(node.nodes, expansions);
    case 'or':
      return connected(
        node.nodes.map((one) => toExpression(one, expansions)),
        'OR',
      );
  }
}

function allOf(nodes: readonly QueryNode[], expansions: Expansions): string | undefined {
  const wanted = nodes.filter((node) => node.type !== 'not').map((node) => toExpression(node, expansions));
  const unwanted = nodes.filter((node) => node.type === 'not').map(({ node }) => toExpression(node, expansions));
  return without(connected(wanted, 'AND'), unwanted);
}

function without(wanted: string | undefined, unwanted: readonly (string | undefined)[]): string | undefined {
  const none = connected(unwanted, 'OR');
  return none === undefined ? wanted : `(${wanted ?? quoted(ANY_DOCUMENT)}) NOT (${none})`;
}

function connected(parts: readonly (string | undefined)[], operator: 'AND' | 'OR'): string | undefined {
  const distinct = [...new Set(parts.filter((part) => part !== undefined))];
  return distinct.length > 1 ? distinct.map((part) => `(${part})`).join(` ${operator} `) : distinct[0];
}

function wordExpression({ prefix, text }: WordNode, expansions: Expansions): string | undefined {
  const typed = readTypedWords(text, prefix);
  const { compound, endsInBeginning, words } = typed;
  const [first] = words;
  if (!first) return undefined;
  if (words.length === 1 && !compound) return connected(oneWord(first, endsInBeginning, expansions), 'OR');
  const alternatives = [phrase(typed)];
  if (compound) alternatives.push(...oneWord(compound, prefix, expansions));
  if (words.some((word) => expansions.has(word.text))) {
    const parts = words.map((word, index) => {
      const isBeginning = endsInBeginning && index === words.length - 1;
      return connected(oneWord(word, isBeginning, expansions), 'OR');
    });
    alternatives.push(connected(parts, 'AND') ?? '');
  }
  return connected(alternatives, 'OR');
}

/** A single word with those that count for it. Of a beginning, its own stem, too: `retries*` is `retri`. */
function oneWord({ term, text }: Word, isBeginning: boolean, expansions: Expansions): string[] {
  const terms = [term, ...(expansions.get(text) ?? []).map(termOf)].map(quoted);
  return isBeginning ? [`${quoted(text)} *`, ...terms] : terms;
}

function phraseExpression({ prefix, text }: PhraseNode): string | undefined {
  const typed = readTypedWords(text, prefix);
  return typed.words.length === 0 ? undefined : phrase(typed);
}

function phrase(typed: TypedWords): string {
  return `${quoted(termsOfTyped(typed).join(' '))}${typed.endsInBeginning ? ' *' : ''}`;
}

function quoted(terms: string): string {
  return `"${terms.replaceAll('"', '""')}"`;
}
