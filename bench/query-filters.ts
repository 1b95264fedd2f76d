import { corpus, RAREST_TOPIC, type CorpusDocument } from './corpus.js';

/** One kind of query. */
export interface QueryFilter {
  readonly id: string;
  readonly label: string;
  readonly name?: string;
  readonly tags?: readonly string[];
  /** The page starts in the middle of what the filter lets through. */
  readonly deep?: true;
}

/** Rows of a page. */
export const PAGE_ROWS = 100;

/** Every way in which a query can be driven, the easy ones and those that need a plan of their own. */
export const QUERY_FILTERS: readonly QueryFilter[] = [
  { id: 'query-newest', label: 'newest' },
  { id: 'query-deep', label: 'newest, from the middle by cursor', deep: true },
  { id: 'query-name-common', label: 'name, on 27 %', name: 'report' },
  { id: 'query-name-rare', label: 'name, on 100 documents', name: 'zeppelin' },
  { id: 'query-name-none', label: 'name that nothing has', name: 'xylophone' },
  { id: 'query-name-short-common', label: '2 characters of a name, on 10 %', name: 'v2' },
  { id: 'query-name-short-rare', label: '2 characters of a name, on 100 documents', name: 'qz' },
  { id: 'query-name-short-none', label: '2 characters that no name has', name: 'zx' },
  { id: 'query-tag-common', label: 'tag on 27 %', tags: ['design'] },
  { id: 'query-tag-rare', label: 'tag on 100 documents', tags: ['retrospective'] },
  { id: 'query-tag-rarest', label: 'tag on 0.03 %', tags: [RAREST_TOPIC] },
  { id: 'query-tags-common', label: 'tags on 27 % and 8 %', tags: ['design', 'docs'] },
  { id: 'query-tags-mixed', label: 'tags on 27 % and 100 documents', tags: ['design', 'retrospective'] },
  { id: 'query-tags-rare', label: 'two tags on the same 100', tags: ['retrospective', 'offsite'] },
  { id: 'query-tags-disjoint', label: 'two tags on 20 % each that never meet', tags: ['draft', 'final'] },
  { id: 'query-both-common', label: 'name on 27 % and tag on 27 %', name: 'report', tags: ['design'] },
  { id: 'query-both-rare-tag', label: 'name on 27 % and tag on 100', name: 'report', tags: ['retrospective'] },
  { id: 'query-both-rare-name', label: 'name on 100 and tag on 27 %', name: 'zeppelin', tags: ['design'] },
];

/** The path that asks for a page. */
export function queryPath({ name, tags }: QueryFilter, limit: number, cursor?: string): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (name !== undefined) query.set('name', name);
  if (tags !== undefined) query.set('tags', tags.join(','));
  if (cursor !== undefined) query.set('cursor', cursor);
  return `/documents?${query.toString()}`;
}

/**
 * How many documents of a generated store each filter lets through, counted without the server.
 * @returns in the order of `QUERY_FILTERS`
 */
export function countMatches(documents: number): number[] {
  const counts = QUERY_FILTERS.map(() => 0);
  for (const document of corpus(documents)) {
    QUERY_FILTERS.forEach((filter, index) => {
      if (matches(filter, document)) counts[index] = (counts[index] ?? 0) + 1;
    });
  }
  return counts;
}

function matches({ name, tags }: QueryFilter, document: CorpusDocument): boolean {
  return (
    (name === undefined || document.name.toLowerCase().includes(name)) &&
    (tags === undefined || tags.every((tag) => document.tags.includes(tag)))
  );
}
