import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, orderedPageStart } from '../../../http/paging.js';
import type { Links } from '../index.js';

const NEWEST_FIRST = 'created_at desc';

export function listLinks(links: Links): OperationHandler<'listLinks'> {
  return async ({ path, query, principal }) => {
    const { limit = 50, cursor } = query;
    const [created_at, link_id] = orderedPageStart(cursor, NEWEST_FIRST, ['string', 'string']) ?? [];
    const after = created_at === undefined ? undefined : { created_at: String(created_at), link_id: String(link_id) };
    const page = await links.list(principal, path.document_id, limit, after);
    const next = page.next && { ordering: NEWEST_FIRST, place: [page.next.created_at, page.next.link_id] };
    const here = `/documents/${path.document_id}/links`;
    return { status: 200, headers: nextPage(here, { limit: query.limit }, next), json: page.links };
  };
}
