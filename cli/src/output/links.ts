import type { ShareLink } from '@document-sync/sdk';
import { formatLocalTime } from './local-time.js';
import { printable } from './printable.js';
import { renderTable } from './table.js';

/**
 * Links as a table, times in local time.
 * @param now What is over is told by it.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function linkTable(links: readonly ShareLink[], now: Date, maximumColumns?: number): Promise<string> {
  const columns = [
    { title: 'Link ID' },
    { title: 'Version' },
    { title: 'Downloads' },
    { title: 'Valid until' },
    { title: 'By', shrinkable: true },
  ];
  const rows = links.map((link) =>
    [link.link_id, String(link.version), downloads(link), validity(link, now), link.created_by].map(printable),
  );
  return renderTable(columns, rows, maximumColumns);
}

/** How often it was used, of how often it may be: `2`, `2 of 5`. */
function downloads({ downloads, max_downloads }: ShareLink): string {
  return max_downloads === undefined ? String(downloads) : `${downloads} of ${max_downloads}`;
}

function validity({ downloads, expires_at, max_downloads = Infinity, revoked_at }: ShareLink, now: Date): string {
  if (revoked_at !== undefined) return 'revoked';
  if (downloads >= max_downloads) return 'used up';
  return Date.parse(expires_at) <= now.getTime() ? 'expired' : formatLocalTime(expires_at);
}
