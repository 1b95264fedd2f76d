/** What a change of metadata makes of a document's tags. */
import type { DocumentChange } from '../../kernel/contract.js';
import { Problem } from '../../kernel/problem.js';

/** The fields to change; what is not given stays. `tags` replaces the list, the other two change what it is then. */
export interface MetadataChange extends DocumentChange {
  readonly add_tags?: readonly string[];
  readonly remove_tags?: readonly string[];
}

/** How many tags a document may have, as the contract says. */
const MAX_TAGS = 50;

/**
 * The tags after a change, in their order: what stays stands where it was, what is added comes at the end. A tag that is
 * both removed and added so moves to the end.
 *
 * @returns undefined when the change does not speak of tags
 * @throws Problem `validation_failed` when they are too many
 */
export function changedTags(present: readonly string[], change: MetadataChange): string[] | undefined {
  const { tags, add_tags = [], remove_tags = [] } = change;
  if (tags === undefined && add_tags.length === 0 && remove_tags.length === 0) return undefined;
  const removed = new Set(remove_tags);
  const kept = (tags ?? present).filter((tag) => !removed.has(tag));
  const changed = uniqueTags([...kept, ...add_tags]);
  if (changed.length <= MAX_TAGS) return changed;
  const message = `the document would have ${changed.length} tags, and may have ${MAX_TAGS}`;
  throw Problem.invalid({ location: 'add_tags', message });
}

/** Each tag once, where it stands first. */
export function uniqueTags(tags: readonly string[]): string[] {
  return [...new Set(tags)];
}
