/** The rows of the counted tags. Plain functions: the connection first, the tenant in every one. */
import type { Session } from '../../db/index.js';
import type { TagCount } from '../../kernel/contract.js';
import { FIRST_TAG, type LabelGroups } from '../../kernel/rights.js';
import { findSequences } from '../documents/index.js';

/** Rows that are read at once: a page is mostly in the first of these. */
const CHUNK = 2000;

/** Where to begin: behind a tag in the order of names, or behind one that so many documents have. */
export interface TagStart {
  readonly tag?: string | undefined;
  /** Then only tags that are used less, or as often and come behind. */
  readonly document_count?: number | undefined;
}

/** The tags of a tenant's documents that have a label of each group, in the order of their code points, from a place on. */
export async function* tagsFrom(
  session: Session,
  tenant_id: string,
  labels: LabelGroups,
  start: TagStart = {},
): AsyncGenerator<TagCount, void, undefined> {
  if (labels.length === 0) {
    yield* countedTags(session, tenant_id, start);
    return;
  }
  const { tag: after, document_count = Infinity } = start;
  for (const row of await tagsAmong(session, tenant_id, labels)) {
    const isLess = row.document_count < document_count;
    const isBehind = after === undefined || row.tag > after;
    if (document_count === Infinity ? isBehind : isLess || (row.document_count === document_count && isBehind)) {
      yield row;
    }
  }
}

/** Counts them by looking at each of the documents, in the order of the tags' UTF-16. */
async function tagsAmong(session: Session, tenant_id: string, labels: LabelGroups): Promise<TagCount[]> {
  const counts = new Map<string, number>();
  for (let below: number | undefined; ;) {
    const sequences = await findSequences(session, tenant_id, { name: '', tags: [], labels }, CHUNK, below);
    const rows = (await session
      .knex('documents')
      .select('tags')
      .where({ tenant_id })
      .whereIn('sequence', sequences)) as { tags: string }[];
    for (const { tags } of rows) {
      for (const tag of JSON.parse(tags) as string[]) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
    if (sequences.length < CHUNK) break;
    below = sequences.at(-1);
  }
  return [...counts].map(([tag, document_count]) => ({ tag, document_count })).sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

async function* countedTags(
  { knex }: Session,
  tenant_id: string,
  { tag: start, document_count }: TagStart,
): AsyncGenerator<TagCount, void, undefined> {
  let last = document_count === undefined ? start : undefined;
  for (;;) {
    const query = knex('tag_counts').select('tag', 'document_count').where({ tenant_id }).orderBy('tag').limit(CHUNK);
    // A cursor that somebody has made up must not reach what sorts before the tags.
    if (last === undefined || last < FIRST_TAG) void query.where('tag', '>=', FIRST_TAG);
    else void query.where('tag', '>', last);
    if (document_count !== undefined) {
      void query.where((either) => {
        void either.where('document_count', '<', document_count);
        if (start === undefined) return;
        void either.orWhere((same) => {
          void same.where({ document_count }).where('tag', '>', start);
        });
      });
    }
    const rows = (await query) as TagCount[];
    yield* rows;
    if (rows.length < CHUNK) return;
    last = rows.at(-1)?.tag;
  }
}
