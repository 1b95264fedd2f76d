import type { ApiKey } from '@document-sync/sdk';
import { formatLocalTime } from './local-time.js';
import { printable } from './printable.js';
import { type Column, renderTable } from './table.js';

const COLUMNS: Column[] = [
  { title: 'Key ID' },
  { title: 'Name', shrinkable: true },
  { title: 'Scopes', shrinkable: true },
  { title: 'Limited to', shrinkable: true },
  { title: 'Last used' },
  { title: 'Valid' },
];

/**
 * Keys as a table, times in local time.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function keyTable(keys: readonly ApiKey[], now: Date, maximumColumns?: number): Promise<string> {
  const rows = keys.map((key) =>
    [
      key.key_id,
      key.name,
      key.scopes.join(','),
      [...(key.limits?.collections ?? []), ...(key.limits?.tags ?? [])].join(','),
      key.last_used_at === undefined ? 'never' : formatLocalTime(key.last_used_at),
      validity(key, now),
    ].map(printable),
  );
  return renderTable(COLUMNS, rows, maximumColumns);
}

function validity({ revoked_at, expires_at }: ApiKey, now: Date): string {
  if (revoked_at !== undefined) return 'revoked';
  if (expires_at === undefined) return 'yes';
  return new Date(expires_at) <= now ? 'expired' : `until ${formatLocalTime(expires_at)}`;
}
