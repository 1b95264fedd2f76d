/** What migrations need of a database that knex does not know: SQLite's side of it. */
import type { Knex } from 'knex';

/**
 * Creates a table whose rows are stored in the order of its primary key, so that a row is found in one tree and not by
 * way of two.
 */
export async function createClusteredTable(
  db: Knex,
  name: string,
  build: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  // knex does not know the words; its first statement is the table's, the others are the indexes'.
  const [table, ...indexes] = db.schema.createTable(name, build).toSQL() as unknown as { sql: string }[];
  await db.raw(`${table?.sql ?? ''} without rowid`);
  for (const { sql } of indexes) await db.raw(sql);
}

/**
 * Builds the index for parts of names over `documents(sequence, name_folded)`, kept in step by triggers. It holds no
 * text and no positions (`detail=none`), which makes it a third of the size; a lookup therefore finds candidates that
 * have all the trigrams, and the name itself must still be compared.
 */
export async function createNameIndex(db: Knex): Promise<void> {
  await db.raw(
    `CREATE VIRTUAL TABLE document_names USING fts5(
       name_folded, content='', contentless_delete=1, detail=none, tokenize="trigram case_sensitive 1")`,
  );
  await db.raw(
    `CREATE TRIGGER document_names_insert AFTER INSERT ON documents BEGIN
       INSERT INTO document_names(rowid, name_folded) VALUES (new.sequence, new.name_folded);
     END`,
  );
  await db.raw(
    `CREATE TRIGGER document_names_update AFTER UPDATE OF name_folded ON documents
     WHEN old.name_folded <> new.name_folded BEGIN
       DELETE FROM document_names WHERE rowid = old.sequence;
       INSERT INTO document_names(rowid, name_folded) VALUES (new.sequence, new.name_folded);
     END`,
  );
  await db.raw(
    `CREATE TRIGGER document_names_delete AFTER DELETE ON documents BEGIN
       DELETE FROM document_names WHERE rowid = old.sequence;
     END`,
  );
}

/** Of a document `d`, its tags in their order as a JSON array, put together from the rows of `document_tags`. */
export function collectedTags(db: Knex): Knex.Raw {
  return db.raw(
    `(SELECT json_group_array(tag) FROM (
        SELECT tag FROM document_tags t
        WHERE t.tenant_id = d.tenant_id AND t.sequence = d.sequence ORDER BY t.position))`,
  );
}

/**
 * As many characters of a folded name as count for its order. A page's cursor has to hold them: at four bytes each, as
 * base64, they fit into its 1024 characters.
 */
export const SORTED_NAME_CHARACTERS = 180;

/** Adds to `documents` the column that names are sorted by. It takes no space but in its index. */
export async function addSortedName(db: Knex): Promise<void> {
  await db.raw(
    `ALTER TABLE documents ADD COLUMN name_sorted TEXT
       GENERATED ALWAYS AS (substr(name_folded, 1, ${SORTED_NAME_CHARACTERS})) VIRTUAL`,
  );
}

/** Has `tag_counts` follow `document_tags`, whoever writes there: in the same transaction, and without a row at 0. */
export async function countTags(db: Knex): Promise<void> {
  await db.raw(
    `CREATE TRIGGER document_tags_insert AFTER INSERT ON document_tags BEGIN
       INSERT INTO tag_counts(tenant_id, tag, document_count) VALUES (new.tenant_id, new.tag, 1)
         ON CONFLICT(tenant_id, tag) DO UPDATE SET document_count = document_count + 1;
     END`,
  );
  await db.raw(
    `CREATE TRIGGER document_tags_delete AFTER DELETE ON document_tags BEGIN
       UPDATE tag_counts SET document_count = document_count - 1 WHERE tenant_id = old.tenant_id AND tag = old.tag;
       DELETE FROM tag_counts WHERE tenant_id = old.tenant_id AND tag = old.tag AND document_count <= 0;
     END`,
  );
}

/**
 * Has `upload_hours` follow `documents`: between which sequences lies what was uploaded in an hour. They stay when
 * documents go.
 */
export async function noteUploadHours(db: Knex): Promise<void> {
  await db.raw(
    `CREATE TRIGGER documents_upload_hour AFTER INSERT ON documents BEGIN
       INSERT INTO upload_hours(tenant_id, hour, first_sequence, last_sequence)
         VALUES (new.tenant_id, substr(new.uploaded_at, 1, 13), new.sequence, new.sequence)
         ON CONFLICT(tenant_id, hour) DO UPDATE SET
           first_sequence = min(first_sequence, excluded.first_sequence),
           last_sequence = max(last_sequence, excluded.last_sequence);
     END`,
  );
}

/**
 * Counts what each tenant uses: the sizes of all versions, and the documents, the trash included. What is there already is
 * counted at once.
 */
export async function countUsage(db: Knex): Promise<void> {
  await db.raw(
    `UPDATE tenants SET
       used_bytes = (SELECT coalesce(sum(size_bytes), 0) FROM document_versions v WHERE v.tenant_id = tenants.tenant_id),
       used_documents = (SELECT count(*) FROM documents d WHERE d.tenant_id = tenants.tenant_id)
         + (SELECT count(*) FROM trash t WHERE t.tenant_id = tenants.tenant_id)`,
  );
  for (const [table, column, amount] of [
    ['document_versions', 'used_bytes', 'size_bytes'],
    ['documents', 'used_documents', undefined],
    ['trash', 'used_documents', undefined],
  ] as const) {
    for (const [event, row, sign] of [
      ['INSERT', 'new', '+'],
      ['DELETE', 'old', '-'],
    ] as const) {
      const by = amount === undefined ? '1' : `${row}.${amount}`;
      await db.raw(
        `CREATE TRIGGER ${table}_usage_${event.toLowerCase()} AFTER ${event} ON ${table} BEGIN
           UPDATE tenants SET ${column} = ${column} ${sign} ${by} WHERE tenant_id = ${row}.tenant_id;
         END`,
      );
    }
  }
}
