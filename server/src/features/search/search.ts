/** The use cases of finding documents by what they say. All of the work is done in threads. */
import type { Principal } from '../../kernel/principal.js';
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
  search({ tenant_id }: Principal, request: SearchRequest): Promise<SearchPage> {
    return this.#threads.run('search', tenant_id, request);
  }

  /**
   * Packs what the documents say about a question.
   *
   * @throws Problem `unavailable`
   */
  context({ tenant_id }: Principal, request: QuestionRequest): Promise<ContextPack> {
    return this.#threads.run('context', tenant_id, request);
  }

  /**
   * Lists one page of tags.
   *
   * @throws Problem `unavailable`
   */
  tags({ tenant_id }: Principal, request: TagsRequest): Promise<TagsPage> {
    return this.#threads.run('tags', tenant_id, request);
  }

  /** Ends what is running. */
  close(): Promise<void> {
    return this.#threads.close();
  }
}
