/** The expressions that a search puts to the index, made of the query and of those filters that the index knows itself. */
import type { DocumentFilter } from '../documents/index.js';
import { toExpression, wordsOf, type Expansions, type QueryNode } from '../../search-index/index.js';
import { isStopWord } from './stop-words.js';

/** What is put to the index for a query. */
export interface Expressions {
  /** Which documents match. */
  readonly matching: string;
  /**
   * What is wanted, each part by itself, and all parts: without filters, and without words that stand in every text, if
   * others are left. It may match more, but ranks the same, and faster: of each word the database counts all documents
   * that have it, which for the commonest takes longer than all the rest and says nothing. None where everything is only
   * filtered.
   */
  readonly wanted: readonly string[];
}

/** The columns in which a match says what a document is about. */
const TITLES = '{name tags headings}';

/** The expressions of a query; undefined when the index cannot be asked for it. */
export function expressionsOf(node: QueryNode, expansions?: Expansions): Expressions | undefined {
  const matching = toExpression(node, expansions);
  if (matching === undefined) return undefined;
  const wanted = wantedOf(node);
  const telling = wanted && withoutStopWords(wanted);
  const parts = telling?.type === 'and' ? telling.nodes : telling ? [telling] : [];
  return {
    matching,
    wanted: parts.map((one) => toExpression(one, expansions)).filter((one) => one !== undefined),
  };
}

/** What matches all of some expressions. */
export function allOf(expressions: readonly string[]): string {
  const [only = ''] = expressions;
  return expressions.length > 1 ? expressions.map((one) => `(${one})`).join(' AND ') : only;
}

/** What matches an expression in names, tags and headings. */
export function inTitles(expression: string): string {
  return `${TITLES} : (${expression})`;
}

/** A query with the filters of a request that the index has terms for. */
export function withFilters(node: QueryNode | undefined, filter: DocumentFilter): QueryNode | undefined {
  const { any_tags = [], mime_type, not_tags = [], tags } = filter;
  const nodes: QueryNode[] = node ? [node] : [];
  nodes.push(...tags.map(tagNode));
  if (any_tags.length > 0) nodes.push({ type: 'or', nodes: any_tags.map(tagNode) });
  if (mime_type !== undefined) nodes.push({ type: 'media_type', media_type: mime_type });
  for (const tag of not_tags) nodes.push({ type: 'not', node: tagNode(tag) });
  return nodes.length > 1 ? { type: 'and', nodes } : nodes[0];
}

/** What of a request's filters is left to the rows of the documents. */
export function columnFilter(filter: DocumentFilter): DocumentFilter {
  const rest: Partial<Mutable<DocumentFilter>> = { ...filter };
  delete rest.any_tags;
  delete rest.mime_type;
  delete rest.not_tags;
  return { ...rest, name: filter.name, tags: [] };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What is wanted of a query: without its filters and what it does not want. */
export function wantedOf(node: QueryNode): QueryNode | undefined {
  switch (node.type) {
    case 'word':
    case 'phrase':
      return node;
    case 'tag':
    case 'media_type':
    case 'not':
      return undefined;
    case 'and':
    case 'or': {
      const nodes = node.nodes.map(wantedOf).filter((one) => one !== undefined);
      return nodes.length > 1 ? { type: node.type, nodes } : nodes[0];
    }
  }
}

/** Leaves out the words that stand in nearly every text, if others are left. */
export function withoutStopWords(node: QueryNode): QueryNode {
  if (node.type !== 'and') return node;
  const nodes = node.nodes.filter((one) => !isStop(one));
  if (nodes.length === 0) return node;
  return nodes.length > 1 ? { type: 'and', nodes } : (nodes[0] ?? node);
}

/** The same with the words of each phrase in its place, which then may stand anywhere. */
export function withoutPhrases(node: QueryNode): QueryNode {
  switch (node.type) {
    case 'phrase': {
      const { field, text } = node;
      const words = text.split(/\s+/).filter((word) => word !== '');
      const nodes = words.map((word): QueryNode => ({
        type: 'word',
        text: word,
        prefix: false,
        ...(field && { field }),
      }));
      return nodes.length > 1 ? { type: 'and', nodes } : (nodes[0] ?? node);
    }
    case 'and':
    case 'or':
      return { type: node.type, nodes: node.nodes.map(withoutPhrases) };
    default:
      return node;
  }
}

/**
 * A question as a query: of its words and phrases any will do, and its stop words do not count. What it filters by and
 * does not want stays.
 */
export function asAnyWord(node: QueryNode): QueryNode {
  if (node.type !== 'and') return node;
  const wanted = node.nodes.filter((one) => one.type === 'word' || one.type === 'phrase');
  const telling = wanted.filter((one) => !isStop(one));
  const any = telling.length > 0 ? telling : wanted;
  const rest = node.nodes.filter((one) => one.type !== 'word' && one.type !== 'phrase');
  const either: QueryNode[] = any.length > 1 ? [{ type: 'or', nodes: any }] : any;
  return { type: 'and', nodes: [...either, ...rest] };
}

function isStop(node: QueryNode): boolean {
  if (node.type !== 'word' || node.prefix) return false;
  const words = wordsOf(node);
  return words.length > 0 && words.every(({ word }) => isStopWord(word));
}

function tagNode(tag: string): QueryNode {
  return { type: 'tag', tag };
}
