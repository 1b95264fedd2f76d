import type { Collection, Grant } from '@document-sync/sdk';
import { field } from './documents.js';
import { formatLocalTime } from './local-time.js';
import { printable } from './printable.js';
import { renderTable } from './table.js';

/**
 * Collections as a table.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function collectionTable(collections: readonly Collection[], maximumColumns?: number): Promise<string> {
  const columns = [
    { title: 'Collection ID' },
    { title: 'Name', shrinkable: true },
    { title: 'Documents' },
    { title: 'Role' },
  ];
  const rows = collections.map(({ collection_id, name, document_count, role = '' }) =>
    [collection_id, name, String(document_count), role].map(printable),
  );
  return renderTable(columns, rows, maximumColumns);
}

/** All there is to say about a collection, a line each. */
export function collectionLines(collection: Collection): string[] {
  const { collection_id, name, description, document_count, role } = collection;
  return [
    field('Collection ID', collection_id),
    field('Name', name),
    ...(description === '' ? [] : [field('Description', description)]),
    field('Documents', String(document_count)),
    ...(role === undefined ? [] : [field('Role', role)]),
    field('Created', formatLocalTime(collection.created_at)),
  ];
}

/**
 * Grants as a table, times in local time.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function grantTable(grants: readonly Grant[], maximumColumns?: number): Promise<string> {
  const columns = [{ title: 'Grantee' }, { title: 'Role' }, { title: 'Granted' }, { title: 'By', shrinkable: true }];
  const rows = grants.map(({ grantee, role, granted_at, granted_by }) =>
    [grantee, role, formatLocalTime(granted_at), granted_by].map(printable),
  );
  return renderTable(columns, rows, maximumColumns);
}
