import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, pageStart } from '../../../http/paging.js';
import type { Trash } from '../index.js';

export function queryTrash(trash: Trash): OperationHandler<'queryTrash'> {
  return async ({ query, principal }) => {
    const { limit = 50, cursor } = query;
    const { documents, next } = await trash.list(principal, limit, pageStart(cursor));
    return { status: 200, headers: nextPage('/trash', { limit: query.limit }, next), json: documents };
  };
}
