import type { OperationHandler } from '../../../http/operation.js';
import { nextPage, pageStart } from '../../../http/paging.js';
import type { Documents } from '../index.js';

export function queryDocuments(documents: Documents): OperationHandler<'queryDocuments'> {
  return async ({ query, principal }) => {
    const { name = '', limit = 50, cursor } = query;
    const tags = (query.tags ?? []).map((tag) => tag.trim()).filter((tag) => tag !== '');
    const filter = { name, tags: [...new Set(tags)] };
    const page = await documents.query(principal, filter, limit, pageStart(cursor));
    const same = { name: query.name, tags: query.tags?.join(','), limit: query.limit };
    return { status: 200, headers: nextPage('/documents', same, page.next), json: page.documents };
  };
}
