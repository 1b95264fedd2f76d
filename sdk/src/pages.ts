import type { Answer } from './answers.js';
import type { CallOptions, Connection, FetchOfCall } from './connection.js';

/** One page of a listing, whatever it lists. */
export interface Page<Item> {
  items: Item[];
  /** Where the next page starts; absent on the last page. */
  cursor?: string;
}

/** Makes a call whose answer is one page: its items, and the cursor of the next page out of the `Link` header. */
export async function pageOf<Item>(
  connection: Connection,
  options: CallOptions,
  call: (fetch: FetchOfCall) => Promise<Answer<Item[]>>,
): Promise<Page<Item>> {
  let cursor: string | undefined;
  const items = await connection.json(options, async (fetch) => {
    const answer = await call(fetch);
    cursor = nextCursor(answer.response.headers);
    return answer;
  });
  return cursor === undefined ? { items } : { items, cursor };
}

/** The items of all pages, each page fetched when it is needed. */
export async function* itemsOf<Item>(pageFrom: (cursor?: string) => Promise<Page<Item>>): AsyncIterable<Item> {
  let page = await pageFrom();
  yield* page.items;
  while (page.cursor !== undefined) {
    page = await pageFrom(page.cursor);
    yield* page.items;
  }
}

/**
 * The cursor of the next page out of an answer's `Link` header (RFC 8288), as `</documents?limit=50&cursor=Nz>; rel="next"`.
 *
 * @returns undefined on the last page
 */
export function nextCursor(headers: Headers): string | undefined {
  const links = headers.get('link') ?? '';
  for (const [, target, parameters] of links.matchAll(/<([^>]*)>((?:\s*;\s*[^=;,\s]+(?:=(?:"[^"]*"|[^";,\s]*))?)*)/g)) {
    const relation = /;\s*rel=(?:"([^"]*)"|([^";,\s]*))/i.exec(parameters ?? '');
    const relations = (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/);
    // The target may be relative; only its query counts, so any base will do.
    if (relations.includes('next')) return new URL(target ?? '', 'http://base').searchParams.get('cursor') ?? undefined;
  }
  return undefined;
}
