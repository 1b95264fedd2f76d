import type { Version, VersionChange } from '@document-sync/sdk';
import { field } from './documents.js';
import { formatLocalTime } from './local-time.js';
import { printable } from './printable.js';
import { formatSize } from './size.js';
import { type Column, renderTable } from './table.js';

const COLUMNS: Column[] = [
  { title: 'Version' },
  { title: 'Created' },
  { title: 'Size' },
  { title: 'Author', shrinkable: true },
  { title: 'Message', shrinkable: true },
];

/**
 * Versions as a table, times in local time; of a message, its first line.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function versionTable(versions: readonly Version[], maximumColumns?: number): Promise<string> {
  const rows = versions.map(({ version, created_at, size_bytes, created_by, message }) =>
    [String(version), formatLocalTime(created_at), formatSize(size_bytes), created_by, firstLine(message)].map(
      printable,
    ),
  );
  return renderTable(COLUMNS, rows, maximumColumns);
}

/** What became of a change of content, a line each; `name` and `url` are the document's. */
export function changeLines(change: VersionChange, name: string, url: string): string[] {
  return [
    outcome(change),
    field('Document ID', change.document_id),
    field('Name', name),
    field('Version', String(change.version)),
    field('URL', url),
  ];
}

function outcome({ outcome, version, parents }: VersionChange): string {
  switch (outcome) {
    case 'created':
      return `Version ${version} created.`;
    case 'merged':
      return `Merged with version ${parents[0] ?? version - 1} into version ${version}.`;
    case 'unchanged':
      return `Unchanged: version ${version} has this content already.`;
  }
}

function firstLine(text: string): string {
  const [first = '', ...rest] = text.trim().split(/\r?\n/);
  return rest.length > 0 ? `${first} …` : first;
}
