import type { Context, ContextOmission, Document, Match } from '../../kernel/contract.js';
import type { Pattern } from '../../search-index/index.js';
import { citationOf, fittingOmissions, omissionsTokens, toMarkdown } from './context-markdown.js';
import { pack, type Packed } from './context-pack.js';
import { findRelevant, type Candidate, type Relevant } from './context-relevance.js';
import { countTokens } from './passages/index.js';

/** What a question is answered with: the passages with their facts, and the same as Markdown. */
export interface ContextPack {
  readonly context: Context;
  readonly markdown: string;
}

export interface ContextRequest {
  readonly q: string;
  /** How many tokens the Markdown may have, at least 50. */
  readonly max_tokens: number;
}

/** Where documents and their texts come from. */
export interface ContextSources {
  /** The documents that have most of a question, the best first. */
  find(q: string, limit: number): Promise<FoundDocuments>;
  /** The text of a document as it is in the index; undefined when there is none. */
  text(document: Document): Promise<{ text: string; lines_are_of_file: boolean } | undefined>;
}

export interface FoundDocuments {
  readonly documents: readonly { readonly document: Document; readonly score: number }[];
  readonly patterns: readonly Pattern[];
  readonly match: Match;
}

/** How many documents are read for a question, and how much text of them, in UTF-16 units. */
const MAX_DOCUMENTS = 30;
const MAX_TEXT = 8 * 1024 * 1024;
/** The contract's limit of omissions that are listed, and the share of the budget that their list may take. */
const MAX_OMISSIONS = 50;
const OMISSIONS_SHARE = 0.2;

/** Packs what the documents say about a question. Of the same documents the same request gives the same. */
export async function contextOf(sources: ContextSources, { q, max_tokens }: ContextRequest): Promise<ContextPack> {
  const { documents, patterns, match } = await sources.find(q, MAX_DOCUMENTS);
  const candidates: Candidate[] = [];
  let left = MAX_TEXT;
  for (const { document, score } of documents) {
    const found = await sources.text(document);
    if (found === undefined || found.text.length > left) continue;
    left -= found.text.length;
    candidates.push({ document, score, ...found });
  }
  return packContext(candidates, patterns, max_tokens, match);
}

/**
 * Packs the sections of documents that say most about a question into a budget of tokens, and lists what else there is.
 *
 * @param candidates documents with their texts, the best first
 * @param max_tokens of the Markdown, at least 50; it never has more
 */
export function packContext(
  candidates: readonly Candidate[],
  patterns: readonly Pattern[],
  max_tokens: number,
  match: Match,
): ContextPack {
  const relevance = findRelevant(candidates, patterns);
  let chosen = pack(relevance, { best: max_tokens, others: max_tokens });
  let listed: readonly ContextOmission[] = [];
  if (chosen.left_out.length > 0) {
    const shortest = omissionsTokens({ count: relevance.relevant.length, listed: [] });
    const share = Math.max(shortest, Math.floor(OMISSIONS_SHARE * max_tokens));
    const expected = chosen.left_out.slice(0, MAX_OMISSIONS).map(toOmission);
    const reserved = Math.min(share, omissionsTokens({ count: relevance.relevant.length, listed: expected }));
    chosen = pack(relevance, { best: max_tokens - shortest, others: max_tokens - reserved });
    const omissions = chosen.left_out.slice(0, MAX_OMISSIONS).map(toOmission);
    listed = fittingOmissions(omissions, chosen.left_out.length, Math.min(share, max_tokens - chosen.tokens));
  }
  const passages = chosen.packed.map(toPassage);
  const left_out_count = chosen.left_out.length;
  const markdown = toMarkdown(passages, { count: left_out_count, listed });
  const total_tokens = countTokens(markdown);
  return {
    context: { passages, left_out: [...listed], left_out_count, total_tokens, max_tokens, match },
    markdown,
  };
}

function toPassage(packed: Packed): Context['passages'][number] {
  const { source, start, end, title } = packed;
  const text = source.candidate.text.slice(start, end);
  return { ...placeOf(source.candidate.document, title, packed), tokens: countTokens(text), text };
}

function toOmission({ source, first, last, tokens }: Relevant): ContextOmission {
  const { document, lines_are_of_file } = source.candidate;
  const { title = '', start_line = 1 } = source.sections[first] ?? {};
  const place = placeOf(document, title, { start_line, end_line: source.sections[last]?.end_line ?? start_line });
  const lines = `${start_line}${place.end_line === start_line ? '' : `-${place.end_line}`}`;
  const path = `/documents/${document.document_id}/text?version=${document.version}&lines=${lines}`;
  return { ...place, tokens, ...(lines_are_of_file && { path }) };
}

function placeOf(document: Document, title: string, lines: { start_line: number; end_line: number }) {
  const { document_id, version, name } = document;
  const { start_line, end_line } = lines;
  const citation = citationOf(document_id, version, start_line, end_line);
  return { citation, document_id, version, name, ...(title !== '' && { section: title }), start_line, end_line };
}
