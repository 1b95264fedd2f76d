/** The tags of a tenant, listed or suggested. */
import type { Session } from '../../db/index.js';
import type { TagCount } from '../../kernel/contract.js';
import type { LabelGroups } from '../../kernel/rights.js';
import { foldWord } from '../../search-index/index.js';
import { similarity } from './similar-tags.js';
import { tagsFrom } from './tags.store.js';

export interface TagsRequest {
  /** What the documents are chosen by whose tags are meant. */
  readonly labels: LabelGroups;
  /** How a tag begins, in any case and accent; empty means all. */
  readonly prefix: string;
  /** By name (code points), or the most used first. */
  readonly sort: 'name' | 'count';
  /** Then the tags that look like this one, the most similar first; prefix, sort and place say nothing. */
  readonly similar_to?: string | undefined;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: readonly (string | number)[] | undefined;
}

export interface TagsPage {
  readonly tags: TagCount[];
  /** After which place the next page starts; undefined on the last. */
  readonly next?: readonly (string | number)[] | undefined;
}

/** The types of a place's parts, as a cursor holds them. */
export const TAG_PLACES = {
  name: ['string'],
  count: ['number', 'string'],
} as const satisfies Record<TagsRequest['sort'], readonly ('string' | 'number')[]>;

/** More tags than this are too many to choose from. */
const MOST_SIMILAR = 10;

/** One page of a tenant's tags with how many documents have each. It looks at all of them: not for the event loop. */
export async function listTags(session: Session, tenant_id: string, request: TagsRequest): Promise<TagsPage> {
  const { after, labels, limit, similar_to, sort } = request;
  if (similar_to !== undefined) {
    return { tags: await similarTags(session, tenant_id, labels, similar_to, Math.min(limit, MOST_SIMILAR)) };
  }
  const prefix = foldWord(request.prefix);
  const start =
    sort === 'name' ? { tag: text(after?.[0]) } : { document_count: number(after?.[0]), tag: text(after?.[1]) };
  const found: TagCount[] = [];
  for await (const row of tagsFrom(session, tenant_id, labels, start)) {
    if (prefix !== '' && !foldWord(row.tag).startsWith(prefix)) continue;
    found.push(row);
    if (sort === 'name' && found.length > limit) break;
  }
  // They come in the order of their names, and sorting keeps that among equals.
  if (sort === 'count') found.sort((a, b) => b.document_count - a.document_count);
  const tags = found.slice(0, limit);
  const last = tags.at(-1);
  if (!last || found.length <= limit) return { tags };
  return { tags, next: sort === 'name' ? [last.tag] : [last.document_count, last.tag] };
}

/**
 * A tenant's tags that look like one, the most similar first, of equals the most used; the tag itself, if there is one,
 * before all. No more than `limit`.
 */
export async function similarTags(
  session: Session,
  tenant_id: string,
  labels: LabelGroups,
  tag: string,
  limit: number,
): Promise<TagCount[]> {
  const asked = foldWord(tag);
  const found: { row: TagCount; score: number }[] = [];
  for await (const row of tagsFrom(session, tenant_id, labels)) {
    const score = row.tag === tag ? Infinity : similarity(asked, foldWord(row.tag));
    if (score > 0) found.push({ row, score });
  }
  found.sort((a, b) => (a.score === b.score ? b.row.document_count - a.row.document_count : b.score - a.score));
  return found.slice(0, limit).map(({ row }) => row);
}

function text(part: string | number | undefined): string | undefined {
  return part === undefined ? undefined : String(part);
}

function number(part: string | number | undefined): number | undefined {
  return part === undefined ? undefined : Number(part);
}
