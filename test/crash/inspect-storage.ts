/** Looks into a storage folder whose server is down, behind everybody's back. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { digestOf } from './ledger.js';

interface VersionRow {
  tenant_id: string;
  document_id: string;
  checksum_sha256: string;
  size_bytes: number;
}

interface EventRow {
  type: string;
  document_id: string;
  sequence: number;
}

/**
 * Checks everything that must hold in the folder at any moment, also right after a kill.
 *
 * @param scratch an empty folder for a copy of the database: opening the real one would do the recovery that the next
 *   server has to do
 * @throws AssertionError that says what is broken
 */
export async function inspectStorage(storageDir: string, scratch: string): Promise<void> {
  const copy = path.join(scratch, 'documents.db');
  await fs.rm(`${copy}-shm`, { force: true });
  for (const suffix of ['', '-wal']) {
    await fs.rm(copy + suffix, { force: true });
    await copyIfThere(path.join(storageDir, `documents.db${suffix}`), copy + suffix);
  }
  const database = new BetterSqlite3(copy);
  try {
    inspectTables(database);
    await inspectBlobs(storageDir, database);
  } finally {
    database.close();
  }
}

function inspectTables(database: BetterSqlite3.Database): void {
  assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
  assert.deepEqual(database.pragma('foreign_key_check'), []);
  // A server may have been killed before its first commit.
  if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'documents'").get() === undefined) return;
  inspectJournal(database);
  inspectNameIndex(database);
  const incomplete = database.prepare(
    `SELECT document_id FROM documents d WHERE NOT EXISTS (
       SELECT 1 FROM document_versions v
       WHERE v.tenant_id = d.tenant_id AND v.document_id = d.document_id AND v.version = d.current_version)`,
  );
  assert.deepEqual(incomplete.all(), [], 'documents without their version');
}

/** The journal tells of every document that there is and of every one that is gone, without a gap. */
function inspectJournal(database: BetterSqlite3.Database): void {
  const events = database
    .prepare<[], EventRow>('SELECT type, document_id, sequence FROM events ORDER BY tenant_id, sequence')
    .all();
  const alive = new Map<string, number>();
  for (const { type, document_id, sequence } of events) {
    if (type === 'document.created') alive.set(document_id, sequence);
    else assert.ok(alive.has(document_id), `${type} of ${document_id} (${sequence}), which was not there`);
    if (type === 'document.deleted') alive.delete(document_id);
  }
  const documents = database
    .prepare<[], EventRow>('SELECT document_id, sequence FROM documents ORDER BY sequence')
    .all();
  const told = [...alive].map(([document_id, sequence]) => ({ document_id, sequence }));
  assert.deepEqual(
    documents,
    told.sort((a, b) => a.sequence - b.sequence),
    'the documents are not those of which the journal tells',
  );
  const counters = database
    .prepare<[], { first: number; last: number; events: number }>(
      `SELECT first_sequence AS first, last_sequence AS last,
         (SELECT count(*) FROM events e WHERE e.tenant_id = t.tenant_id) AS events FROM tenants t`,
    )
    .all();
  for (const { first, last, events: count } of counters) assert.equal(last - first, count, 'the journal has gaps');
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

/** No version lacks its blob, and whatever lies under an address is the content of that address. */
async function inspectBlobs(storageDir: string, database: BetterSqlite3.Database): Promise<void> {
  const stored = new Map<string, number>();
  for (const file of await blobFiles(storageDir)) {
    const content = await fs.readFile(file);
    assert.equal(digestOf(content), path.basename(file), `${file} is not the content of its address`);
    stored.set(path.relative(storageDir, file), content.length);
  }
  if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'document_versions'").get() === undefined) return;
  for (const version of database.prepare<[], VersionRow>('SELECT * FROM document_versions').iterate()) {
    const { tenant_id, checksum_sha256, document_id, size_bytes } = version;
    const address = path.join(tenant_id, checksum_sha256.slice(0, 2), checksum_sha256);
    assert.equal(stored.get(address), size_bytes, `the content of ${document_id}: ${address}`);
  }
}

/** Every file that lies under a blob's address, `<tenant>/<two hex digits>/<name>`. */
export async function blobFiles(storageDir: string): Promise<string[]> {
  const entries = await fs.readdir(storageDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => /^[a-z0-9][a-z0-9-]*\/[0-9a-f]{2}\/[^/]+$/.test(path.relative(storageDir, file)));
}

/** What lies in the staging folder; nothing before the first start. */
export async function stagingFiles(storageDir: string): Promise<string[]> {
  const folder = path.join(storageDir, '.staging');
  try {
    return (await fs.readdir(folder)).map((name) => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Makes everything that lies in the folder look as if nobody had touched it for hours. */
export async function ageAll(storageDir: string): Promise<void> {
  const longAgo = Date.now() / 1000 - 4 * 3600;
  for (const file of [...(await blobFiles(storageDir)), ...(await stagingFiles(storageDir))]) {
    await fs.utimes(file, longAgo, longAgo);
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await fs.copyFile(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
