import { foreignAnswer } from './answers.js';
import type { CallOptions, Connection } from './connection.js';
import type { Context, DocumentSelection, PageRequest, SearchPage, TagCount } from './contract.js';
import { given } from './given.js';
import { nextCursor, type Page, pageOf } from './pages.js';
import { selectionQuery } from './selection.js';

const MARKDOWN = 'text/markdown';

export interface SearchOptions extends DocumentSelection, PageRequest, CallOptions {
  /** Misspelt words and parts of words count too: always, never, or (left out) when nothing matches exactly. */
  fuzzy?: boolean | undefined;
  /** How many passages of a document are shown at the most: 0 to 10, 3 when left out. */
  snippets?: number | undefined;
  /** Left out, the best first. */
  sort?: 'relevance' | 'uploaded_at' | 'updated_at' | 'name' | 'size' | undefined;
  order?: 'asc' | 'desc' | undefined;
}

export interface ContextOptions extends DocumentSelection, CallOptions {
  /** How many tokens the Markdown may have at the most: 4000 when left out. */
  maxTokens?: number | undefined;
}

export interface TagOptions extends PageRequest, CallOptions {
  /** How a tag begins, in any case and accent. */
  prefix?: string | undefined;
  /** Tags that look like this one, the most similar first. */
  similarTo?: string | undefined;
  /** Left out, by name; `count` has the most used first. */
  sort?: 'name' | 'count' | undefined;
}

/** Searches, and gives one page of results. */
export async function searchDocuments(connection: Connection, q: string, options: SearchOptions): Promise<SearchPage> {
  const { fuzzy, snippets, sort, order, limit, cursor, signal } = options;
  const query = { q, ...selectionQuery(options), ...given({ fuzzy, snippets, sort, order, limit, cursor }) };
  let next: string | undefined;
  const results = await connection.json({ signal }, async (fetch) => {
    const answer = await connection.api.GET('/search', { params: { query }, fetch });
    next = nextCursor(answer.response.headers);
    return answer;
  });
  return next === undefined ? results : { ...results, cursor: next };
}

/** What the documents say about a question, as data. */
export async function packContext(connection: Connection, q: string, options: ContextOptions): Promise<Context> {
  const query = contextQuery(q, options);
  const headers = { accept: 'application/json' };
  return await connection.json({ signal: options.signal }, async (fetch) => {
    const { data, error, response } = await connection.api.GET('/context', { params: { query }, headers, fetch });
    // The type has both forms of the answer.
    if (typeof data === 'string') throw foreignAnswer(connection.baseUrl, response);
    return { data, error, response };
  });
}

/** The same as Markdown, for a prompt. */
export async function contextMarkdown(connection: Connection, q: string, options: ContextOptions): Promise<string> {
  const query = contextQuery(q, options);
  return await connection.text({ signal: options.signal }, MARKDOWN, (fetch) =>
    connection.api.GET('/context', { params: { query }, headers: { accept: MARKDOWN }, parseAs: 'text', fetch }),
  );
}

function contextQuery(q: string, options: ContextOptions) {
  return { q, ...selectionQuery(options), ...given({ max_tokens: options.maxTokens }) };
}

/** One page of tags. */
export async function listTags(connection: Connection, options: TagOptions): Promise<Page<TagCount>> {
  const { prefix, similarTo: similar_to, sort, limit, cursor, signal } = options;
  const query = given({ prefix, similar_to, sort, limit, cursor });
  return await pageOf(connection, { signal }, (fetch) => connection.api.GET('/tags', { params: { query }, fetch }));
}
