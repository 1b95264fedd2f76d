/** What is answered to a search: the documents that were found, with passages of their texts. */
import type { SearchResult, SearchResults, Snippet } from '../../kernel/contract.js';
import type { Pattern } from '../../search-index/index.js';
import { documentsAt, toDocument, type DocumentRow } from '../documents/index.js';
import { citationOf } from './context-markdown.js';
import type { Finding } from './finding.js';
import { IndexedTexts, type TextSources } from './indexed-text.js';
import { hasHeadings, nameMatches, snippetsOf } from './passages/index.js';

/** How much text is read for the passages of one page. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
/** Digits of a score that say something. */
const SCORE_DIGITS = 6;

/**
 * Loads what was found. Documents that went since then are left out.
 *
 * @param snippets how many passages of a document, at the most
 */
export async function toResults(
  sources: TextSources,
  tenant_id: string,
  finding: Finding,
  snippets: number,
): Promise<SearchResults> {
  const { corrections, hits, match, patterns, read_as, similar_tags, total, total_capped } = finding;
  const sequences = hits.map(({ sequence }) => sequence);
  const rows = new Map((await documentsAt(sources.session, tenant_id, sequences)).map((row) => [row.sequence, row]));
  const texts = new IndexedTexts(sources, tenant_id, MAX_TEXT_BYTES);
  const results: SearchResult[] = [];
  for (const hit of hits) {
    const row = rows.get(hit.sequence);
    if (!row) continue;
    const text = snippets > 0 && patterns.length > 0 ? await texts.read(row) : undefined;
    results.push({
      document: toDocument(row),
      score: Number(hit.score.toPrecision(SCORE_DIGITS)),
      match: hit.match,
      name_matches: nameMatches(row.name, patterns),
      snippets: text ? snippetsIn(row, text.text, patterns, snippets) : [],
    });
  }
  return { results, match, read_as, total, total_capped, corrections, similar_tags };
}

function snippetsIn(row: DocumentRow, text: string, patterns: readonly Pattern[], count: number): Snippet[] {
  const { document_id, mime_type, version } = row;
  return snippetsOf(text, patterns, { count, markdown: hasHeadings(mime_type) }).map((passage) => ({
    ...passage,
    citation: citationOf(document_id, version, passage.start_line, passage.end_line),
  }));
}
