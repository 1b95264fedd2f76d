import type { DeletedDocument } from '@document-sync/sdk';
import { formatLocalTime } from './local-time.js';
import { printable } from './printable.js';
import { type Column, renderTable } from './table.js';

const COLUMNS: Column[] = [
  { title: 'Document ID' },
  { title: 'Name', shrinkable: true },
  { title: 'Tags', shrinkable: true },
  { title: 'Deleted' },
  { title: 'Gone on' },
];

/**
 * Documents in the trash as a table, times in local time.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function deletedDocumentTable(documents: readonly DeletedDocument[], maximumColumns?: number): Promise<string> {
  const rows = documents.map(({ document_id, name, tags, deleted_at, purge_at }) =>
    [document_id, name, tags.join(','), formatLocalTime(deleted_at), formatLocalTime(purge_at)].map(printable),
  );
  return renderTable(COLUMNS, rows, maximumColumns);
}
