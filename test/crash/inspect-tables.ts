/** What must hold in the tables at any moment. */
import assert from 'node:assert/strict';
import type BetterSqlite3 from 'better-sqlite3';
import { inspectJournal } from './inspect-journal.js';

interface VersionRow {
  document_id: string;
  version: number;
  parents: string;
}

interface DocumentRow {
  document_id: string;
  current_version: number;
}

/** @throws AssertionError that says what is broken */
export function inspectTables(database: BetterSqlite3.Database): void {
  assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
  assert.deepEqual(database.pragma('foreign_key_check'), []);
  // A server may have been killed before its first commit.
  if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'documents'").get() === undefined) return;
  inspectVersions(database);
  inspectTags(database);
  inspectNameIndex(database);
  inspectJournal(database);
}

/** Every version is that of a document, in the trash or not, and every document has its current version as the last one. */
function inspectVersions(database: BetterSqlite3.Database): void {
  const documents = database
    .prepare<[], DocumentRow>(
      `SELECT document_id, current_version FROM documents
       UNION ALL SELECT document_id, current_version FROM trash ORDER BY document_id`,
    )
    .all();
  const ids = documents.map(({ document_id }) => document_id);
  assert.equal(new Set(ids).size, ids.length, 'documents that are in the trash and not in the trash');
  const newest = new Map<string, number>();
  const versions = database.prepare<[], VersionRow>(
    'SELECT document_id, version, parents FROM document_versions ORDER BY document_id, version',
  );
  for (const { document_id, version, parents } of versions.iterate()) {
    newest.set(document_id, version);
    const [before, base] = JSON.parse(parents) as number[];
    assert.equal(before ?? 0, version - 1, `the parents of version ${version} of ${document_id}: ${parents}`);
    assert.ok((base ?? 0) < version, `the parents of version ${version} of ${document_id}: ${parents}`);
  }
  const found = [...newest].map(([document_id, current_version]) => ({ document_id, current_version }));
  assert.deepEqual(found, documents, 'versions without a document, or documents without their version');
}

/** The index of tags leads to each document by each of its tags, and to nothing else. */
function inspectTags(database: BetterSqlite3.Database): void {
  const indexed = database.prepare('SELECT sequence, tag FROM document_tags ORDER BY sequence, tag').raw().all();
  const owned = database
    .prepare('SELECT sequence, value FROM documents, json_each(documents.tags) ORDER BY sequence, value')
    .raw()
    .all();
  assert.deepEqual(indexed, owned, 'the index of tags is not that of the documents');
}

/** The name index holds each document under each part of its name, and nothing else. */
function inspectNameIndex(database: BetterSqlite3.Database): void {
  const indexed = database.prepare('SELECT rowid FROM document_names ORDER BY rowid').pluck().all();
  const documents = database
    .prepare<[], { sequence: number; name_folded: string }>(
      'SELECT sequence, name_folded FROM documents ORDER BY sequence',
    )
    .all();
  assert.deepEqual(
    indexed,
    documents.map(({ sequence }) => sequence),
  );
  const lookup = database.prepare('SELECT 1 FROM document_names WHERE document_names MATCH ? AND rowid = ?').pluck();
  for (const { sequence, name_folded } of documents) {
    const characters = Array.from(name_folded);
    for (let start = 0; start + 3 <= characters.length; start += 1) {
      const part = characters.slice(start, start + 3).join('');
      assert.equal(lookup.get(`"${part.replaceAll('"', '""')}"`, sequence), 1, `${name_folded} by ${part}`);
    }
  }
}
