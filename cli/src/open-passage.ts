import type { DocumentClient, SearchPage, SearchResult } from '@document-sync/sdk';
import type { CommonArguments } from './arguments.js';
import type { CommandContext } from './context.js';
import { UsageError } from './errors.js';

/** Formats whose lines are those of the text that was taken out of them. */
const EXTRACTED =
  /^(?:text\/html|application\/(?:xhtml\+xml|pdf|vnd\.openxmlformats-officedocument\.wordprocessingml.*))/;
/** Lines before and behind a passage that stands under no heading. */
const AROUND = 15;

/**
 * Prints the passage of one of the results: its whole section, or the lines around it.
 * @throws UsageError where there is no such result
 */
export async function openPassage(
  context: CommandContext,
  args: CommonArguments,
  client: DocumentClient,
  { results }: SearchPage,
  number: number,
): Promise<void> {
  const result = results[number - 1];
  if (result === undefined) {
    throw new UsageError(
      `There is no result ${number}: ${results.length === 0 ? 'nothing was found' : `there are ${results.length}`}.`,
      'Search without --open to see them.',
    );
  }
  const { citation, text } = await passageOf(client, result, context.signal);
  if (args.format === 'json' && context.output.columns !== undefined) {
    context.output.result({ format: 'json', quiet: false }, { ids: [], json: { citation, text }, lines: [] });
    return;
  }
  context.output.note('table', `${result.document.name}  ${citation}`);
  context.output.text(text.endsWith('\n') ? text : `${text}\n`);
}

async function passageOf(
  client: DocumentClient,
  { document, snippets: [snippet] }: SearchResult,
  signal: AbortSignal,
): Promise<{ citation: string; text: string }> {
  const { document_id, mime_type, version } = document;
  if (snippet !== undefined && EXTRACTED.test(mime_type)) return snippet;
  const part = await client.readText(document_id, { version, signal, ...partOf(snippet) });
  const { start_line, end_line } = part;
  return { citation: `${document_id}@${version}#L${start_line}-L${end_line}`, text: part.text };
}

function partOf(snippet: SearchResult['snippets'][number] | undefined) {
  if (snippet === undefined) return { lines: `1-${2 * AROUND}` };
  if (snippet.anchor !== undefined) return { section: snippet.anchor };
  return { lines: `${Math.max(1, snippet.start_line - AROUND)}-${snippet.end_line + AROUND}` };
}
