/** Looks into a storage folder whose server is down, behind everybody's back. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { inspectTables } from './inspect-tables.js';
import { digestOf } from './ledger.js';

interface VersionRow {
  tenant_id: string;
  document_id: string;
  checksum_sha256: string;
  size_bytes: number;
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
