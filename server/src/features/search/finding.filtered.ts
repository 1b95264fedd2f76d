/** Searches without words: the documents that a filter lets through, which need no ranking. */
import type { Session } from '../../db/index.js';
import {
  findPage,
  findSequences,
  NEWEST_FIRST,
  type DocumentFilter,
  type DocumentOrdering,
} from '../documents/index.js';
import type { PageCut } from './finding.ordering.js';
import type { HitPage } from './hits.js';
import { FOUND_AT_MOST } from './ranking.js';

/** One page of the documents that fulfil a filter. Of equal relevance, the newest come first. */
export async function findFiltered(
  session: Session,
  tenant_id: string,
  filter: DocumentFilter,
  { after, limit, ordering }: PageCut,
): Promise<HitPage> {
  const byRelevance = ordering.sort === 'relevance';
  const columns = byRelevance ? NEWEST_FIRST : (ordering as DocumentOrdering);
  const place = after && byRelevance ? { sequence: after.sequence } : after;
  const found = await findPage(session, tenant_id, { filter, ordering: columns, after: place }, limit + 1);
  const counted = await findSequences(session, tenant_id, filter, FOUND_AT_MOST + 1, undefined);
  const last = found.length > limit ? found[limit - 1]?.position : undefined;
  const next = last && (byRelevance ? { sequence: last.sequence, value: 0 } : last);
  return {
    hits: found.slice(0, limit).map(({ position }) => ({ sequence: position.sequence, score: 0, match: 'exact' })),
    match: 'exact',
    total: Math.min(FOUND_AT_MOST, counted.length),
    total_capped: counted.length > FOUND_AT_MOST,
    ...(next && { next }),
  };
}
