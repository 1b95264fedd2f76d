/** Tags that may be meant where nobody has the one that was asked for. */
import type { Session } from '../../db/index.js';
import type { TagCount } from '../../kernel/contract.js';
import { tagsOf, type QueryNode } from '../../search-index/index.js';
import type { LabelGroups } from '../../kernel/rights.js';
import { findSequences, type DocumentFilter } from '../documents/index.js';
import { similarTags } from './tags.js';

/** Unknown tags that are looked at, and what is suggested for each. */
const MAX_UNKNOWN = 4;
const SUGGESTIONS = 5;

/** For the tags that a search asks for and no document has, those that look like them. */
export async function suggestTags(
  session: Session,
  tenant_id: string,
  { any_tags = [], labels = [], tags }: DocumentFilter,
  node: QueryNode | undefined,
): Promise<TagCount[]> {
  const asked = [...new Set([...tags, ...any_tags, ...(node ? tagsOf(node) : [])])];
  if (asked.length === 0) return [];
  const known = await knownAmong(session, tenant_id, labels, asked);
  const suggested = new Map<string, TagCount>();
  for (const tag of asked.filter((one) => !known.has(one)).slice(0, MAX_UNKNOWN)) {
    for (const similar of await similarTags(session, tenant_id, labels, tag, SUGGESTIONS))
      suggested.set(similar.tag, similar);
  }
  return [...suggested.values()];
}

async function knownAmong(
  session: Session,
  tenant_id: string,
  labels: LabelGroups,
  asked: readonly string[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const tag of asked) {
    const [found] = await findSequences(session, tenant_id, { name: '', tags: [tag], labels }, 1, undefined);
    if (found !== undefined) known.add(tag);
  }
  return known;
}
