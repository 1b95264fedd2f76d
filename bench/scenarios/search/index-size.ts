import { join } from 'node:path';

import BetterSqlite3 from 'better-sqlite3';

import type { Row, Table } from '../../figures.js';
import type { SearchStore } from '../../search/store-cache.js';
import { INDEX_SIZE_TARGET } from '../../targets.js';
import type { Workbench } from '../../workbench.js';

const MIB = 1024 * 1024;
/** A smaller collection has more words of its own beside its text; the target speaks of large ones. */
const HELD_FROM = 100_000;

/**
 * How much the full-text index takes on the disk beside the text that it is of.
 */
export async function measureIndexSize(bench: Workbench): Promise<Table> {
  const stores: SearchStore[] = [
    ...bench.effort.noteStores.map((documents) => ({ shape: 'notes', documents }) as const),
    { shape: 'articles', documents: bench.effort.articles },
  ];
  const rows: Row[] = [];
  for (const store of stores) rows.push(sizeRow(store, await bench.searchStore(store)));
  return {
    title: 'Search: size of the index',
    note:
      'All pages of the full-text index and of the words that misspelt ones are looked up in, beside the bytes of what is ' +
      'in it: contents, names, tags, descriptions. The index of parts of names is another one, which queries without a ' +
      'search need.',
    rows,
  };
}

function sizeRow({ documents, shape }: SearchStore, folder: string): Row {
  const db = new BetterSqlite3(join(folder, 'documents.db'), { readonly: true });
  try {
    const index = sizeOf(db, 'search_entries_%');
    const words = sizeOf(db, 'search_words_%') + sizeOf(db, 'search_word_parts_%');
    const text = textBytes(db);
    return {
      id: `search-size-${shape}-${documents}`,
      label: `${documents.toLocaleString('en')} ${shape}`,
      figures: [
        {
          name: 'index/text',
          value: (index + words) / text,
          unit: '×',
          ...(documents >= HELD_FROM && { target: INDEX_SIZE_TARGET }),
        },
        { name: 'text', value: text / MIB, unit: 'MiB' },
        { name: 'index', value: index / MIB, unit: 'MiB' },
        { name: 'words', value: words / MIB, unit: 'MiB' },
        { name: 'index of names', value: sizeOf(db, 'document_names%') / MIB, unit: 'MiB' },
      ],
    };
  } finally {
    db.close();
  }
}

/** Bytes of all pages of the tables whose name is like this, and of their indexes. */
function sizeOf(db: BetterSqlite3.Database, tables: string): number {
  const names = db
    .prepare(`SELECT name FROM sqlite_schema WHERE tbl_name LIKE ? ESCAPE '\\' AND rootpage > 0`)
    .pluck()
    .all(tables.replaceAll('_', '\\_')) as string[];
  const size = db.prepare('SELECT sum(pgsize) FROM dbstat WHERE name = ? AND aggregate = TRUE').pluck();
  return names.reduce((bytes, name) => bytes + ((size.get(name) as number | null) ?? 0), 0);
}

function textBytes(db: BetterSqlite3.Database): number {
  const metadata = 'length(CAST(d.name AS BLOB)) + length(CAST(d.tags AS BLOB)) + length(CAST(d.description AS BLOB))';
  return db
    .prepare(
      `SELECT sum(v.size_bytes + ${metadata}) FROM documents d JOIN document_versions v
         ON v.tenant_id = d.tenant_id AND v.document_id = d.document_id AND v.version = d.current_version`,
    )
    .pluck()
    .get() as number;
}
