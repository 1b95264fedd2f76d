import { createHash } from 'node:crypto';
import path from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { push } from './documents-client.js';
import type { TestServer } from './test-server.js';

/**
 * Puts documents into a server's store that share one small content: as many as it would take minutes to push. Written
 * beside the server, as another server on the same folder would.
 *
 * @param tag what they are found by
 */
export async function putManyDocuments(server: TestServer, count: number, tag: string): Promise<void> {
  const content = `one of many ${tag}\n`;
  await push(server, content);
  const checksum_sha256 = createHash('sha256').update(content).digest('hex');
  const db = new BetterSqlite3(path.join(server.storageDir, 'documents.db'));
  const values = { count, tag, tags: JSON.stringify([tag]), checksum_sha256, size_bytes: content.length };
  const time = '2026-11-24T00:00:00.000Z';
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @count),
    s AS (SELECT last_sequence - @count + i AS sequence FROM n, tenants),
    d AS (SELECT sequence, printf('doc_%012x', sequence) AS document_id FROM s)`;
  try {
    db.transaction(() => {
      db.prepare('UPDATE tenants SET last_sequence = last_sequence + @count').run(values);
      db.prepare(
        `INSERT INTO documents (tenant_id, document_id, sequence, name, name_folded, description, current_version,
           uploaded_at, updated_at, revision, tags)
         ${numbers} SELECT 'default', document_id, sequence, 'many', 'MANY', '', 1, '${time}', '${time}', 1, @tags FROM d`,
      ).run(values);
      db.prepare(
        `INSERT INTO document_versions (tenant_id, document_id, version, parents, checksum_sha256, size_bytes, mime_type,
           original_filename, created_at, created_by, message)
         ${numbers} SELECT 'default', document_id, 1, '[]', @checksum_sha256, @size_bytes, 'text/plain', document_id || '.txt',
           '${time}', 'anonymous', '' FROM d`,
      ).run(values);
      db.prepare(
        `INSERT INTO document_tags (tenant_id, tag, sequence) ${numbers} SELECT 'default', @tag, sequence FROM d`,
      ).run(values);
    })();
  } finally {
    db.close();
  }
}
