/** Collections and grants as rows, for tests about what they mean and not about how they are made. */
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { KeyedServer } from './access-client.js';

const AT = '2026-01-01T00:00:00.000Z';

/** Puts rows into the database of a server that runs. */
function insert(server: KeyedServer, table: string, row: Readonly<Record<string, string>>): void {
  const database = new BetterSqlite3(path.join(server.storageDir, 'documents.db'));
  const columns = Object.keys(row);
  const values = columns.map((column) => `@${column}`);
  database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`).run(row);
  database.close();
}

export function insertCollection(server: KeyedServer, tenant_id: string, collection_id: string): void {
  const by = { created_at: AT, updated_at: AT, created_by: 'operator' };
  insert(server, 'collections', { tenant_id, collection_id, name: collection_id, description: '', ...by });
}

/** @param grantee a key as it is sent, or `everyone` */
export function insertGrant(
  server: KeyedServer,
  tenant_id: string,
  collection_id: string,
  grantee: string,
  role: 'viewer' | 'editor' | 'manager',
): void {
  const to = grantee.split('_')[1] ?? grantee;
  insert(server, 'collection_grants', {
    tenant_id,
    collection_id,
    grantee: to,
    role,
    granted_at: AT,
    granted_by: 'operator',
  });
}
