import type { ExpectedPage } from '../load-jobs.js';
import { SEARCH_TARGETS, type LatencyTargets } from '../targets.js';
import { MISSPELT_MARK, queryWords } from './query-words.js';
import { COMMON_NAME, COMMON_TAGS, MARKS } from './search-corpus.js';

/** One way to look for documents. */
export interface SearchLoad {
  readonly id: string;
  readonly label: string;
  readonly path: string;
  readonly expected: ExpectedPage;
  /** Held at the largest store. */
  readonly targets?: LatencyTargets;
  /** The id of the load whose pages this one goes on with: `DEEP_PAGES` of them come before. */
  readonly deepOf?: string;
}

/** Rows of a page. */
export const SEARCH_ROWS = 50;
/** Pages that are turned before a deep one. */
export const DEEP_PAGES = 20;
const MAX_TOKENS = 4000;

/** Lists by name and tags, which look at no text. */
export function listLoads(): SearchLoad[] {
  const [common, alsoCommon] = COMMON_TAGS;
  return [
    list('newest', 'newest', {}, { targets: SEARCH_TARGETS.newest }),
    list('newest-deep', `newest, page ${DEEP_PAGES + 1}`, {}, { deepOf: 'newest' }),
    list('by-name', 'ordered by name', { sort: 'name' }),
    list('by-name-deep', `ordered by name, page ${DEEP_PAGES + 1}`, { sort: 'name' }, { deepOf: 'by-name' }),
    list('name-rare', 'part of a name, on 100 documents', { name: 'eppeli' }, { targets: SEARCH_TARGETS.nameRare }),
    list('name-common', 'part of a name, on 25 %', { name: COMMON_NAME }, { targets: SEARCH_TARGETS.nameCommon }),
    list('tags-rare', 'two tags on the same 100', { tags: MARKS.tags.join(',') }, { targets: SEARCH_TARGETS.tags }),
    list('tags-common', 'tags on 22 % and 14 %', { tags: `${common},${alsoCommon}` }, { targets: SEARCH_TARGETS.tags }),
    list(
      'tags-mixed',
      'tags on 22 % and 100',
      { tags: `${common},${MARKS.tags[0]}` },
      { targets: SEARCH_TARGETS.tags },
    ),
    {
      id: 'tags-list',
      label: 'the most used tags',
      path: `/tags?sort=count&limit=${SEARCH_ROWS}`,
      expected: { answer: 'tags', rows: SEARCH_ROWS, prefix: '' },
    },
    {
      id: 'tags-prefix',
      label: 'tags by their beginning',
      path: `/tags?prefix=project-b&limit=${SEARCH_ROWS}`,
      expected: { answer: 'tags', rows: SEARCH_ROWS, prefix: 'project-b' },
    },
  ];
}

/** Searches of texts. */
export function textLoads(): SearchLoad[] {
  const { common, misspelt, pair } = queryWords();
  const both = pair.join(' ');
  return [
    search('words', `two words: ${both}`, both, pair, { targets: SEARCH_TARGETS.words }),
    search('words-common', `common words: ${common.join(' ')}`, common.join(' '), common, {
      targets: SEARCH_TARGETS.commonWords,
    }),
    search('words-deep', `the same, page ${DEEP_PAGES + 1}`, common.join(' '), common, { deepOf: 'words-common' }),
    search('word-rare', 'a word of 100 documents', MARKS.word, [MARKS.word]),
    search('phrase', `phrase: "${both}"`, `"${both}"`, pair),
    search('phrase-rare', 'a phrase of 100 documents', `"${MARKS.phrase}"`, [MARKS.word]),
    search('prefix', `beginning: ${pair[0].slice(0, 4)}*`, `${pair[0].slice(0, 4)}*`, [pair[0].slice(0, 4)]),
    search('words-tag', 'common words, tag on 22 %', `${common.join(' ')} tag:${COMMON_TAGS[0]}`, common),
    search('fuzzy', `misspelt: ${misspelt.typed}`, misspelt.typed, [misspelt.meant], {
      targets: SEARCH_TARGETS.fuzzy,
      match: 'fuzzy',
    }),
    search('fuzzy-rare', `misspelt word of 100 documents: ${MISSPELT_MARK}`, MISSPELT_MARK, [MARKS.word], {
      targets: SEARCH_TARGETS.fuzzy,
      match: 'fuzzy',
    }),
    {
      id: 'context',
      label: `context of ${MAX_TOKENS} tokens`,
      path: `/context?${new URLSearchParams({ q: `What about ${both}?`, max_tokens: String(MAX_TOKENS) }).toString()}`,
      expected: { answer: 'context', maxTokens: MAX_TOKENS, words: [...pair] },
      targets: SEARCH_TARGETS.context,
    },
  ];
}

function list(
  id: string,
  label: string,
  filter: Readonly<Record<string, string>>,
  more: Pick<SearchLoad, 'targets' | 'deepOf'> = {},
): SearchLoad {
  const { name, tags } = filter;
  return {
    id,
    label,
    path: `/documents?${new URLSearchParams({ ...filter, limit: String(SEARCH_ROWS) }).toString()}`,
    expected: { answer: 'documents', rows: SEARCH_ROWS, name: name ?? '', tags: tags?.split(',') ?? [] },
    ...more,
  };
}

function search(
  id: string,
  label: string,
  q: string,
  words: readonly string[],
  { match = 'exact', ...more }: Pick<SearchLoad, 'targets' | 'deepOf'> & { readonly match?: 'exact' | 'fuzzy' } = {},
): SearchLoad {
  return {
    id,
    label,
    path: `/search?${new URLSearchParams({ q, limit: String(SEARCH_ROWS), ...(match === 'fuzzy' && { fuzzy: 'true' }) }).toString()}`,
    expected: { answer: 'results', rows: SEARCH_ROWS, match, words: [...words] },
    ...more,
  };
}
