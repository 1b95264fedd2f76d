import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, pageStart } from '../../../http/paging.js';
import type { Versions } from '../index.js';

export function listVersions(versions: Versions): OperationHandler<'listVersions'> {
  return async ({ path, query, principal }) => {
    const { limit = 50, cursor } = query;
    const page = await versions.list(principal, path.document_id, limit, pageStart(cursor));
    const here = `/documents/${path.document_id}/versions`;
    return { status: 200, headers: nextPage(here, { limit: query.limit }, page.next), json: page.versions };
  };
}
