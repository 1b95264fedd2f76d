import type { Client } from 'openapi-fetch';

import { type CallOptions, Connection, type DocumentClientOptions } from './connection.js';
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
import type { paths } from './generated/openapi.js';
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

/** A connection to a server, and all that finds documents there. */
export class DocumentFinder {
  protected readonly connection: Connection;

  /** @throws TypeError or RangeError for options that cannot work */
  constructor(options: DocumentClientOptions = {}) {
    this.connection = new Connection(options);
  }

  /** Where the server is, without a slash at the end. */
  get baseUrl(): string {
    return this.connection.baseUrl;
  }

  /**
   * Every operation of the contract, typed, as openapi-fetch has it: with this client's time-out, retries and key, but
   * with error answers as values (`{ data, error, response }`).
   */
  get api(): Client<paths> {
    return this.connection.api;
  }

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
