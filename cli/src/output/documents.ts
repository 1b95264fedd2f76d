import type { Document } from '@document-sync/sdk';
import { formatLocalTime } from './local-time.js';
import { printable, printableLines } from './printable.js';
import { formatSize } from './size.js';
import { type Column, renderTable } from './table.js';

const COLUMNS: Column[] = [
  { title: 'Document ID' },
  { title: 'Name', shrinkable: true },
  { title: 'Tags', shrinkable: true },
  { title: 'Uploaded' },
];

/**
 * Documents as the draft's table, times in local time.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function documentTable(documents: Document[], maximumColumns?: number): Promise<string> {
  const rows = documents.map((document) =>
    [document.document_id, document.name, document.tags.join(','), formatLocalTime(document.uploaded_at)].map(
      printable,
    ),
  );
  return renderTable(COLUMNS, rows, maximumColumns);
}

/**
 * Documents that have just been pushed, as a table.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function documentSizeTable(documents: readonly Document[], maximumColumns?: number): Promise<string> {
  const columns = [{ title: 'Document ID' }, { title: 'Name', shrinkable: true }, { title: 'Size' }];
  const rows = documents.map(({ document_id, name, size_bytes }) =>
    [document_id, name, formatSize(size_bytes)].map(printable),
  );
  return renderTable(columns, rows, maximumColumns);
}

/** Where a document's content is on the server; with a version, where that version's is. */
export function contentUrl(serverUrl: string, documentId: string, version?: number): string {
  const url = `${serverUrl}/documents/${documentId}`;
  return version === undefined ? url : `${url}/versions/${version}`;
}

/** What a push or an edit tells about the document, a line each; `url` is where the content is. */
export function summaryLines(document: Document, url: string): string[] {
  return [
    field('Document ID', document.document_id),
    field('Name', document.name),
    ...(document.tags.length > 0 ? [field('Tags', document.tags.join(', '))] : []),
    field('URL', url),
  ];
}

/** Everything known about a document, a line each; a description of several lines is indented. */
export function detailLines(document: Document, url: string): string[] {
  return [
    field('Document ID', document.document_id),
    field('Name', document.name),
    field('File', document.original_filename),
    field('Tags', document.tags.join(', ')),
    `Description: ${printableLines(document.description).join('\n  ')}`.trimEnd(),
    field('Size', `${formatSize(document.size_bytes)} (${document.size_bytes} bytes)`),
    field('Type', document.mime_type),
    field('SHA-256', document.checksum_sha256),
    field('Uploaded', formatLocalTime(document.uploaded_at)),
    field('Updated', formatLocalTime(document.updated_at)),
    field('Version', String(document.version)),
    field('Revision', String(document.revision)),
    field('URL', url),
  ];
}

/** `Label: value`, with a value that is safe for a terminal. */
export function field(label: string, value: string): string {
  return `${label}: ${printable(value)}`.trimEnd();
}
