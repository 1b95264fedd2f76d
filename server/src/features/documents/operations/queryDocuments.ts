import { Problem } from '../../../kernel/problem.js';
import type { OperationHandler, OperationInput } from '../../../http/operation.js';
import type { Documents } from '../index.js';

type Query = OperationInput<'queryDocuments'>['query'];

export function queryDocuments(documents: Documents): OperationHandler<'queryDocuments'> {
  return async ({ query, principal }) => {
    const { name = '', limit = 50, cursor } = query;
    const tags = (query.tags ?? []).map((tag) => tag.trim()).filter((tag) => tag !== '');
    const below = cursor === undefined ? undefined : decodeCursor(cursor);
    const page = await documents.query(principal, { name, tags: [...new Set(tags)] }, limit, below);
    const headers = page.next === undefined ? {} : { Link: `<${nextPage(query, page.next)}>; rel="next"` };
    return { status: 200, headers, json: page.documents };
  };
}

/** The same query, from where this page ended. */
function nextPage({ name, tags, limit }: Query, next: number): string {
  const parameters = new URLSearchParams();
  if (name) parameters.set('name', name);
  if (tags?.length) parameters.set('tags', tags.join(','));
  if (limit !== undefined) parameters.set('limit', String(limit));
  parameters.set('cursor', encodeCursor(next));
  return `/documents?${parameters.toString()}`;
}

function encodeCursor(sequence: number): string {
  return Buffer.from(String(sequence)).toString('base64url');
}

function decodeCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const sequence = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(sequence)) {
    throw Problem.invalid({ location: 'query.cursor', message: "must be one that a page's Link header gave" });
  }
  return sequence;
}
