/** What the threads of the search do: each job is a whole request, answered from what is in the database and the blobs. */
import type { SearchResults } from '../../kernel/contract.js';
import { documentsAt, toDocument, type DocumentFilter, type DocumentRow } from '../documents/index.js';
import { contextOf, type ContextPack, type ContextSources } from './context.js';
import { findDocuments, type FindRequest } from './finding.js';
import { IndexedTexts, type TextSources } from './indexed-text.js';
import type { SearchPosition } from './position.js';
import { toResults } from './results.js';
import { listTags, type TagsPage, type TagsRequest } from './tags.js';

export interface SearchRequest extends FindRequest {
  /** How many passages are shown of a document, at the most. */
  readonly snippets: number;
}

export interface SearchPage {
  readonly results: SearchResults;
  /** Where the next page starts; undefined on the last. */
  readonly next?: SearchPosition | undefined;
}

export interface QuestionRequest {
  readonly q: string;
  readonly filter: DocumentFilter;
  /** How many tokens the answer may have. */
  readonly max_tokens: number;
}

/** What goes in and what comes out, all of it data that can cross threads. */
export interface SearchJobs {
  search: { readonly input: SearchRequest; readonly output: SearchPage };
  context: { readonly input: QuestionRequest; readonly output: ContextPack };
  tags: { readonly input: TagsRequest; readonly output: TagsPage };
}

export type SearchJobName = keyof SearchJobs;

/** A job as it is sent to a thread. */
export interface SearchJob<Name extends SearchJobName = SearchJobName> {
  readonly name: Name;
  readonly tenant_id: string;
  readonly input: SearchJobs[Name]['input'];
}

/** How much text is read for an answer to a question. */
const MAX_CONTEXT_BYTES = 32 * 1024 * 1024;

type Work<Name extends SearchJobName> = (
  sources: TextSources,
  tenant_id: string,
  input: SearchJobs[Name]['input'],
) => Promise<SearchJobs[Name]['output']>;

const work: { readonly [Name in SearchJobName]: Work<Name> } = {
  search: async (sources, tenant_id, { snippets, ...request }) => {
    const finding = await findDocuments(sources.session, tenant_id, request);
    return { results: await toResults(sources, tenant_id, finding, snippets), next: finding.next };
  },
  context: (sources, tenant_id, request) => contextOf(contextSources(sources, tenant_id, request.filter), request),
  tags: ({ session }, tenant_id, request) => listTags(session, tenant_id, request),
};

/** Does a job. */
export function runSearchJob<Name extends SearchJobName>(
  sources: TextSources,
  { input, name, tenant_id }: SearchJob<Name>,
): Promise<SearchJobs[Name]['output']> {
  return (work[name] as Work<Name>)(sources, tenant_id, input);
}

function contextSources(sources: TextSources, tenant_id: string, filter: DocumentFilter): ContextSources {
  const texts = new IndexedTexts(sources, tenant_id, MAX_CONTEXT_BYTES);
  const rows = new Map<string, DocumentRow>();
  return {
    find: async (q, limit) => {
      const { hits, match, patterns } = await findDocuments(sources.session, tenant_id, {
        q,
        filter,
        limit,
        anyWord: true,
      });
      const sequences = hits.map(({ sequence }) => sequence);
      const bySequence = new Map(
        (await documentsAt(sources.session, tenant_id, sequences)).map((row) => [row.sequence, row]),
      );
      const documents = hits.flatMap(({ score, sequence }) => {
        const row = bySequence.get(sequence);
        if (!row) return [];
        rows.set(row.document_id, row);
        return [{ document: toDocument(row), score }];
      });
      return { documents, match, patterns };
    },
    text: async ({ document_id }) => {
      const row = rows.get(document_id);
      return row && (await texts.read(row));
    },
  };
}
