import type { SearchResult, Snippet } from '@document-sync/sdk';
import { formatLocalTime } from './local-time.js';
import { matchPaint, paintedLines } from './matches.js';
import type { Colours } from './output.js';
import { printable } from './printable.js';

/**
 * What a search found, for people: a head for each document, and under it the passages with the numbers of their lines.
 * @param first The number of the first result.
 */
export function searchResultLines(results: readonly SearchResult[], colours: Colours, first = 1): string[] {
  return results.flatMap((result, index) => [
    ...(index > 0 ? [''] : []),
    headOf(result, first + index, colours),
    ...result.snippets.flatMap((snippet) => snippetLines(snippet, colours)),
  ]);
}

function headOf({ document, match, name_matches }: SearchResult, number: number, colours: Colours): string {
  const { bold, cyan, dim } = colours;
  const [name = ''] = paintedLines(document.name.replace(/\s+/g, ' '), name_matches, matchPaint(colours));
  const facts = [
    formatLocalTime(document.updated_at).slice(0, 10),
    ...(document.tags.length > 0 ? [document.tags.join(', ')] : []),
    ...(match === 'fuzzy' ? ['similar'] : []),
    ...(document.index_status === 'indexed' || document.index_status === 'partial' ? [] : [document.index_status]),
  ];
  return `${number}. ${bold(name)}  ${cyan(document.document_id)}  ${dim(printable(facts.join(' · ')))}`;
}

function snippetLines({ text, start_line, matches, section }: Snippet, colours: Colours): string[] {
  const { dim, green } = colours;
  const lines = paintedLines(text, matches, matchPaint(colours));
  const width = String(start_line + lines.length - 1).length;
  return [
    ...(section === undefined ? [] : [`   ${dim(`# ${printable(section)}`)}`]),
    ...lines.map((line, index) => `   ${green(`L${String(start_line + index).padEnd(width)}`)}  ${line}`.trimEnd()),
  ];
}
