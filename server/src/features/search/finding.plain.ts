/** Searches that ask for no words: what they filter by is a filter of documents, which their own indexes answer. */
import type { QueryNode } from '../../search-index/index.js';
import type { DocumentFilter } from '../documents/index.js';

/**
 * The filter that a query without words stands for, together with another one; undefined where it says more than a filter
 * can.
 */
export function plainFilter(node: QueryNode | undefined, filter: DocumentFilter): DocumentFilter | undefined {
  if (!node) return filter;
  const { any_tags = [], mime_type, not_tags = [], tags } = filter;
  switch (node.type) {
    case 'tag':
      return { ...filter, tags: [...tags, node.tag] };
    case 'media_type':
      return mime_type === undefined ? { ...filter, mime_type: node.media_type } : undefined;
    case 'not':
      return node.node.type === 'tag' ? { ...filter, not_tags: [...not_tags, node.node.tag] } : undefined;
    case 'or': {
      const either = node.nodes
        .map((one) => (one.type === 'tag' ? one.tag : undefined))
        .filter((one) => one !== undefined);
      return any_tags.length === 0 && either.length === node.nodes.length ? { ...filter, any_tags: either } : undefined;
    }
    case 'and':
      return node.nodes.reduce<DocumentFilter | undefined>((all, one) => all && plainFilter(one, all), filter);
    case 'word':
    case 'phrase':
      return undefined;
  }
}

/** What a query filters by, beside the words that are all wanted; undefined where these are not to be told apart. */
export function filtersBeside(node: QueryNode): { words: string[]; filters: QueryNode } | undefined {
  const nodes = node.type === 'and' ? node.nodes : [node];
  const words: string[] = [];
  const filters: QueryNode[] = [];
  for (const one of nodes) {
    if (one.type === 'word') words.push(one.text);
    else if (one.type === 'phrase') return undefined;
    else filters.push(one);
  }
  return { words, filters: { type: 'and', nodes: filters } };
}
