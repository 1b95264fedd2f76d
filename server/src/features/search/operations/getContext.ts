import Negotiator from 'negotiator';
import type { OperationHandler } from '../../../http/operation.js';
import { readFilter } from '../../documents/index.js';
import type { Search } from '../index.js';

export function getContext(search: Search): OperationHandler<'getContext'> {
  return async ({ query, headers, principal }) => {
    const { q, max_tokens = 4000 } = query;
    const { context, markdown } = await search.context(principal, { q, filter: readFilter(query), max_tokens });
    const answer = { status: 200, headers: { Vary: 'Accept' } } as const;
    if (!prefersMarkdown(headers)) return { ...answer, json: context };
    const bytes = new TextEncoder().encode(markdown);
    return { ...answer, encoded: { type: 'text/markdown; charset=utf-8', bytes } };
  };
}

/** JSON is what whoever takes anything gets. */
function prefersMarkdown(headers: Readonly<Record<string, string | undefined>>): boolean {
  return new Negotiator({ headers }).mediaType(['application/json', 'text/markdown']) === 'text/markdown';
}
