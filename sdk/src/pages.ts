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
