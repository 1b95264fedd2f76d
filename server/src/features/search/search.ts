/** The use cases of finding documents by what they say. All of the work is done in threads. */
import type { Principal } from '../../kernel/principal.js';
import { allowedGroups } from '../../kernel/rights.js';
import { visibleTo } from '../documents/index.js';
import type { ContextPack } from './context.js';
import type { QuestionRequest, SearchPage, SearchRequest } from './search-jobs.js';
import { SearchThreads, type SearchThreadsOptions } from './search-threads.js';
import type { TagsPage, TagsRequest } from './tags.js';

export class Search {
  readonly #threads: SearchThreads;

  constructor(options: SearchThreadsOptions) {
    this.#threads = new SearchThreads(options);
  }

  /**
   * Finds one page of documents, with passages of their texts.
   *
   * @throws Problem `unavailable`
   */
  search(principal: Principal, request: SearchRequest): Promise<SearchPage> {
    const filter = visibleTo(principal, request.filter);
    return this.#threads.run('search', principal.tenant_id, { ...request, filter });
  }

  /**
   * Packs what the documents say about a question.
   *
   * @throws Problem `unavailable`
   */
  context(principal: Principal, request: QuestionRequest): Promise<ContextPack> {
    const filter = visibleTo(principal, request.filter);
    return this.#threads.run('context', principal.tenant_id, { ...request, filter });
  }

  /**
   * Lists one page of tags.
   *
   * @throws Problem `unavailable`
   */
  tags({ tenant_id, rights }: Principal, request: Omit<TagsRequest, 'labels'>): Promise<TagsPage> {
    return this.#threads.run('tags', tenant_id, { ...request, labels: allowedGroups(rights, 'read') });
  }

  /** Ends what is running. */
  close(): Promise<void> {
    return this.#threads.close();
  }
}
