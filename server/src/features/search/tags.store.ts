/** The rows of the counted tags. Plain functions: the connection first, the tenant in every one. */
import type { Session } from '../../db/index.js';
import type { TagCount } from '../../kernel/contract.js';

/** Rows that are read at once: a page is mostly in the first of these. */
const CHUNK = 2000;

/** Where to begin: behind a tag in the order of names, or behind one that so many documents have. */
export interface TagStart {
  readonly tag?: string | undefined;
  /** Then only tags that are used less, or as often and come behind. */
  readonly document_count?: number | undefined;
}

/** The tags of a tenant in the order of their code points, from a place on. */
export async function* tagsFrom(
  { knex }: Session,
  tenant_id: string,
  { tag: start, document_count }: TagStart = {},
): AsyncGenerator<TagCount, void, undefined> {
  let last = document_count === undefined ? start : undefined;
  for (;;) {
    const query = knex('tag_counts').select('tag', 'document_count').where({ tenant_id }).orderBy('tag').limit(CHUNK);
    if (last !== undefined) void query.where('tag', '>', last);
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
