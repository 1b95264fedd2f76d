import type { SearchResults } from '@document-sync/sdk';
import type { CommonArguments } from './arguments.js';
import type { CommandContext } from './context.js';

/** Words that are named for a misspelt one: those that look most like it, which are the first. */
const SHOWN_ALTERNATIVES = 3;

/** Says beside the results how a search was understood, what it took for what, and how to see more. */
export function noteSearch(
  context: CommandContext,
  { format, quiet }: CommonArguments,
  found: SearchResults,
  cursor: string | undefined,
): void {
  const { results, match, corrections, similar_tags, total, total_capped } = found;
  const isForPeople = format === 'table' && !quiet;
  const note = (message: string, facts?: Record<string, unknown>): void => {
    context.output.note(format, message, facts);
  };
  if (isForPeople && match === 'fuzzy' && corrections.length > 0) {
    const taken = corrections.map(({ word, alternatives }) => `“${word}” as ${shown(alternatives)}`);
    note(`Nothing matches exactly. Read ${taken.join('; ')}.`);
  }
  if (isForPeople && similar_tags.length > 0) {
    note(`No document has such a tag. Similar: ${similar_tags.map(({ tag }) => tag).join(', ')}.`);
  }
  if (isForPeople && results.length === 0) {
    note('Nothing found.');
  }
  if (cursor !== undefined && !quiet) {
    const of = total_capped ? `more than ${total}` : String(total);
    note(`${results.length} of ${of}. Add --all for all of them, or --cursor ${cursor} for the next ones.`, { cursor });
  }
}

function shown(alternatives: readonly string[]): string {
  const first = alternatives.slice(0, SHOWN_ALTERNATIVES);
  return [...first, ...(alternatives.length > first.length ? ['…'] : [])].join(', ');
}
