/** The documents' rows. Plain functions: the connection or transaction first, the tenant in every one. */
import type { Session } from '../../db/index.js';
import type { Document } from '../../kernel/contract.js';
import * as sql from './documents.sql.js';
import { unindexMemberships } from './memberships.store.js';
import type { ContentRow, DocumentRow } from './documents.sql.js';

export type { ContentRow, DocumentRow } from './documents.sql.js';

/** A document's own row and tags; its content is in its versions. */
export interface DocumentEntry {
  document_id: string;
  /** Place of the creation event in the journal; orders documents. */
  sequence: number;
  name: string;
  tags: readonly string[];
  description: string;
  current_version: number;
  revision: number;
  uploaded_at: string;
  updated_at: string;
  index_status: Document['index_status'];
  /** Empty where there is none. */
  index_reason: string;
}

/**
 * How names are compared: the same for the column, the index and what is asked for. It ends in upper case, because lower
 * case hangs on what stands around a letter (a Greek sigma at the end of a word) and keeps `ß` apart from `SS`; it goes
 * through lower case, because `ẞ` is upper case already.
 */
export function foldName(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase();
}

/** Whether the tenant has a document of this id, in the trash or not. */
export async function isDocumentIdTaken(tx: Session, tenant_id: string, document_id: string): Promise<boolean> {
  const rows = await tx.run(sql.idInUse, { tenant_id, document_id });
  return rows.length > 0;
}

/** Inserts a document's row and its tags; its current version must be there already. */
export async function insertDocument(tx: Session, tenant_id: string, document: DocumentEntry): Promise<void> {
  const { name, sequence, tags } = document;
  const columns = { ...document, name_folded: foldName(name), tags: JSON.stringify(tags) };
  await tx.run(sql.insertDocument, { tenant_id, ...columns });
  for (const tag of tags) await tx.run(sql.insertTag, { tenant_id, tag, sequence });
}

/**
 * One document, or undefined when the tenant has none of that id.
 *
 * @param version the version whose facts are wanted; undefined for the current one
 */
export async function findDocument(
  db: Session,
  tenant_id: string,
  document_id: string,
  version?: number,
): Promise<DocumentRow | undefined> {
  const [row] =
    version === undefined
      ? await db.run(sql.documentById, { tenant_id, document_id })
      : await db.run(sql.documentAtVersion, { tenant_id, document_id, version });
  return row;
}

/** What a pull needs of a document, or undefined when the tenant has none of that id or no such version of it. */
export async function findContent(
  db: Session,
  tenant_id: string,
  document_id: string,
  version?: number,
): Promise<ContentRow | undefined> {
  const [row] =
    version === undefined
      ? await db.run(sql.contentById, { tenant_id, document_id })
      : await db.run(sql.contentAtVersion, { tenant_id, document_id, version });
  return row;
}

/** Notes a change of a document: its revision rises, and `current_version`, which must be there, is what it is from now on. */
export async function touchDocument(
  tx: Session,
  tenant_id: string,
  document_id: string,
  current_version: number,
  at: Date,
): Promise<void> {
  await tx.run(sql.touchDocument, { tenant_id, document_id, current_version, updated_at: at.toISOString() });
}

/** Changes a document's own columns; what is not given stays. */
export async function updateDocumentRow(
  tx: Session,
  tenant_id: string,
  row: DocumentRow,
  { name, tags, description }: { name?: string; tags?: readonly string[]; description?: string },
): Promise<void> {
  const { document_id } = row;
  if (name !== undefined) await tx.run(sql.rename, { tenant_id, document_id, name, name_folded: foldName(name) });
  if (description !== undefined) await tx.run(sql.setDescription, { tenant_id, document_id, description });
  if (tags !== undefined) {
    await deleteTags(tx, tenant_id, row);
    await tx.run(sql.setTags, { tenant_id, document_id, tags: JSON.stringify(tags) });
    for (const tag of tags) await tx.run(sql.insertTag, { tenant_id, tag, sequence: row.sequence });
  }
}

/** Deletes a document's row and what it is found by; its versions and its places in collections stay. */
export async function deleteDocumentRow(tx: Session, tenant_id: string, row: DocumentRow): Promise<void> {
  await deleteTags(tx, tenant_id, row);
  await unindexMemberships(tx, tenant_id, row);
  await tx.run(sql.deleteDocument, { tenant_id, document_id: row.document_id });
}

async function deleteTags(tx: Session, tenant_id: string, { sequence, tags }: DocumentRow): Promise<void> {
  for (const tag of JSON.parse(tags) as string[]) await tx.run(sql.deleteTag, { tenant_id, tag, sequence });
}

/** A stored document as the contract shows it. */
export function toDocument(row: DocumentRow): Document {
  return {
    document_id: row.document_id,
    name: row.name,
    original_filename: row.original_filename,
    tags: JSON.parse(row.tags) as string[],
    description: row.description,
    size_bytes: row.size_bytes,
    mime_type: row.mime_type,
    checksum_sha256: row.checksum_sha256,
    uploaded_at: row.uploaded_at,
    updated_at: row.updated_at,
    version: row.version,
    revision: row.revision,
    index_status: row.index_status,
    ...(row.index_reason !== '' && { index_reason: row.index_reason }),
  };
}

/** The same for a document that was just inserted, without reading it back. */
export function describe(
  entry: DocumentEntry,
  facts: Pick<Document, 'original_filename' | 'size_bytes' | 'mime_type' | 'checksum_sha256'>,
): Document {
  const { document_id, name, tags, description, uploaded_at, updated_at, current_version: version, revision } = entry;
  const { original_filename, size_bytes, mime_type, checksum_sha256 } = facts;
  return {
    document_id,
    name,
    original_filename,
    tags: [...tags],
    description,
    size_bytes,
    mime_type,
    checksum_sha256,
    uploaded_at,
    updated_at,
    version,
    revision,
    index_status: entry.index_status,
    ...(entry.index_reason !== '' && { index_reason: entry.index_reason }),
  };
}
