import type { TagCount } from '@document-sync/sdk';
import { printable } from './printable.js';
import { renderTable } from './table.js';

/**
 * Tags with how many documents have each, as a table.
 * @param maximumColumns The width of the terminal that it is for, if any.
 */
export function tagTable(tags: readonly TagCount[], maximumColumns?: number): Promise<string> {
  const rows = tags.map(({ tag, document_count }) => [printable(tag), String(document_count)]);
  return renderTable([{ title: 'Tag', shrinkable: true }, { title: 'Documents' }], rows, maximumColumns);
}
