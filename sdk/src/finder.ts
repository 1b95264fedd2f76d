import { AccessClient } from './access-client.js';
import type { CallOptions } from './connection.js';
import type {
  Context,
  Document,
  DocumentFilter,
  DocumentPage,
  SearchPage,
  SearchResult,
  TagCount,
  TagPage,
} from './contract.js';
import { findDocuments } from './documents.js';
import { itemsOf } from './pages.js';
import {
  contextMarkdown,
  type ContextOptions,
  listTags,
  packContext,
  searchDocuments,
  type SearchOptions,
  type TagOptions,
} from './search.js';

/** All that finds documents on a server. */
export class DocumentFinder extends AccessClient {
  /** Finds documents: one page, newest first or as the filter says. */
  async query(filter: DocumentFilter = {}, options: CallOptions = {}): Promise<DocumentPage> {
    const { items: documents, ...rest } = await findDocuments(this.connection, filter, options);
    return { documents, ...rest };
  }

  /** Finds documents, page after page as they are asked for. `filter.limit` is the size of a page, not of the whole. */
  queryAll(filter: Omit<DocumentFilter, 'cursor'> = {}, options: CallOptions = {}): AsyncIterable<Document> {
    return itemsOf((cursor) => findDocuments(this.connection, { ...filter, cursor }, options));
  }

  /** Finds documents by what they say: one page of results with the passages that match, the best first. */
  async search(q: string, options: SearchOptions = {}): Promise<SearchPage> {
    return await searchDocuments(this.connection, q, options);
  }

  /** Finds documents by what they say, page after page as they are asked for. `limit` is the size of a page. */
  searchAll(q: string, options: Omit<SearchOptions, 'cursor'> = {}): AsyncIterable<SearchResult> {
    return itemsOf(async (cursor) => {
      const { results: items, cursor: next } = await searchDocuments(this.connection, q, { ...options, cursor });
      return next === undefined ? { items } : { items, cursor: next };
    });
  }

  /** Reads what the documents say about a question: whole sections with where they stand, within a budget of tokens. */
  async context(q: string, options: ContextOptions = {}): Promise<Context> {
    return await packContext(this.connection, q, options);
  }

  /** The same as Markdown, ready for a prompt. */
  async contextMarkdown(q: string, options: ContextOptions = {}): Promise<string> {
    return await contextMarkdown(this.connection, q, options);
  }

  /** Lists tags with how many documents have each: one page. */
  async tags(options: TagOptions = {}): Promise<TagPage> {
    const { items: tags, ...rest } = await listTags(this.connection, options);
    return { tags, ...rest };
  }

  /** Lists tags, page after page as they are asked for. `limit` is the size of a page. */
  tagsAll(options: Omit<TagOptions, 'cursor'> = {}): AsyncIterable<TagCount> {
    return itemsOf((cursor) => listTags(this.connection, { ...options, cursor }));
  }
}
