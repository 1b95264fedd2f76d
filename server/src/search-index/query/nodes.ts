/** What somebody looks for, as a tree. */

/** Where a word or phrase is to stand; anywhere when nothing is said. */
export type QueryField = 'name';

/** A word as it was typed; it may be an identifier or a path, and so several words of the index. */
export interface WordNode {
  readonly type: 'word';
  readonly text: string;
  /** It is only the beginning of one. */
  readonly prefix: boolean;
  readonly field?: QueryField;
}

/** Words that follow each other. */
export interface PhraseNode {
  readonly type: 'phrase';
  readonly text: string;
  readonly prefix?: boolean;
  readonly field?: QueryField;
}

export type QueryNode =
  | WordNode
  | PhraseNode
  | { readonly type: 'tag'; readonly tag: string }
  /** `text/markdown`, or all of a kind, `text/*`. */
  | { readonly type: 'media_type'; readonly media_type: string }
  | { readonly type: 'and' | 'or'; readonly nodes: readonly QueryNode[] }
  | { readonly type: 'not'; readonly node: QueryNode };

export interface ParsedQuery {
  /** Undefined where nothing is looked for. */
  readonly node: QueryNode | undefined;
  /** ISO times: at or after, and before. */
  readonly uploaded_after?: string;
  readonly uploaded_before?: string;
  /** Whether it was understood as a query, or is searched as plain words. */
  readonly read_as: 'query' | 'words';
}

/** Words that are taken for others, by the folded word of the query; they are folded and not stemmed. */
export type Expansions = ReadonlyMap<string, readonly string[]>;

/** Connects what is there of some nodes; nothing, and a single one, are not connected. */
export function joined(type: 'and' | 'or', nodes: readonly (QueryNode | undefined)[]): QueryNode | undefined {
  const flat = nodes.flatMap((node) => (node?.type === type ? node.nodes : (node ?? [])));
  return flat.length > 1 ? { type, nodes: flat } : flat[0];
}

/** What is not wanted; twice negated, it is. */
export function negated(node: QueryNode): QueryNode {
  return node.type === 'not' ? node.node : { type: 'not', node };
}

/** The words and phrases of a tree that are wanted, from left to right. */
export function wantedNodes(node: QueryNode): (WordNode | PhraseNode)[] {
  switch (node.type) {
    case 'word':
    case 'phrase':
      return [node];
    case 'and':
    case 'or':
      return node.nodes.flatMap(wantedNodes);
    default:
      return [];
  }
}

/** Every tag that a tree asks for, wanted or not. */
export function tagsOf(node: QueryNode): string[] {
  switch (node.type) {
    case 'tag':
      return [node.tag];
    case 'and':
    case 'or':
      return node.nodes.flatMap(tagsOf);
    case 'not':
      return tagsOf(node.node);
    default:
      return [];
  }
}
