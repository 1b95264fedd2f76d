/** The documents' rows. Plain functions: the connection or transaction first, the tenant in every one. */
import type { Session } from '../../db/index.js';
import type { Document } from '../../kernel/contract.js';
import * as sql from './documents.sql.js';
import type { ContentRow, DocumentRow } from './documents.sql.js';

export type { ContentRow, DocumentRow } from './documents.sql.js';

/** What a new document's rows are made of. */
export interface NewDocument {
  document_id: string;
  /** Place of the creation event in the journal; orders documents. */
  sequence: number;
  name: string;
  tags: readonly string[];
  description: string;
  uploaded_at: string;
  content: NewVersion;
}

/** An immutable state of a document's content. */
export interface NewVersion {
  original_filename: string;
  checksum_sha256: string;
  size_bytes: number;
  mime_type: string;
  created_by: string;
}

/**
 * How names are compared: the same for the column, the index and what is asked for. It ends in upper case, because lower
 * case hangs on what stands around a letter (a Greek sigma at the end of a word) and keeps `ß` apart from `SS`; it goes
 * through lower case, because `ẞ` is upper case already.
 */
export function foldName(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase();
}

/** Whether the tenant has a document of this id. */
export async function isDocumentIdTaken(tx: Session, tenant_id: string, document_id: string): Promise<boolean> {
  const rows = await tx.run(sql.documentExists, { tenant_id, document_id });
  return rows.length > 0;
}

/** Inserts a document with its first version and its tags. */
export async function insertDocument(tx: Session, tenant_id: string, document: NewDocument): Promise<void> {
  const { document_id, sequence, name, description, uploaded_at, content } = document;
  const name_folded = foldName(name);
  await tx.run(sql.insertDocument, { tenant_id, document_id, sequence, name, name_folded, description, uploaded_at });
  await tx.run(sql.insertVersion, { tenant_id, document_id, version: 1, created_at: uploaded_at, ...content });
  await insertTags(tx, tenant_id, sequence, document.tags);
}

/** Sets a document's tags, in order; what was there is gone. */
export async function replaceTags(
  tx: Session,
  tenant_id: string,
  sequence: number,
  tags: readonly string[],
): Promise<void> {
  await tx.run(sql.deleteTags, { tenant_id, sequence });
  await insertTags(tx, tenant_id, sequence, tags);
}

async function insertTags(tx: Session, tenant_id: string, sequence: number, tags: readonly string[]): Promise<void> {
  for (const [position, tag] of tags.entries()) await tx.run(sql.insertTag, { tenant_id, sequence, tag, position });
}

/** One document, or undefined when the tenant has none of that id. */
export async function findDocument(
  db: Session,
  tenant_id: string,
  document_id: string,
): Promise<DocumentRow | undefined> {
  const [row] = await db.run(sql.documentById, { tenant_id, document_id });
  return row;
}

/** What a pull needs of a document, or undefined when the tenant has none of that id. */
export async function findContent(
  db: Session,
  tenant_id: string,
  document_id: string,
): Promise<ContentRow | undefined> {
  const [row] = await db.run(sql.contentById, { tenant_id, document_id });
  return row;
}

/** Changes a document's own columns; what is not given stays. */
export async function updateDocumentRow(
  tx: Session,
  tenant_id: string,
  document_id: string,
  { name, description }: { name?: string; description?: string },
): Promise<void> {
  if (name !== undefined) await tx.run(sql.rename, { tenant_id, document_id, name, name_folded: foldName(name) });
  if (description !== undefined) await tx.run(sql.setDescription, { tenant_id, document_id, description });
}

/** Deletes a document with its versions and tags (they cascade). */
export async function deleteDocumentRow(tx: Session, tenant_id: string, document_id: string): Promise<void> {
  await tx.run(sql.deleteDocument, { tenant_id, document_id });
}

/** Which of the tenant's digests that begin with `partition` (hex digits) are in use by a version. */
export async function referencedChecksums(db: Session, tenant_id: string, partition: string): Promise<Set<string>> {
  // `g` comes right after the hex digits.
  const rows = await db.run(sql.checksumsBetween, { tenant_id, from: partition, below: `${partition}g` });
  return new Set(rows.map((row) => row.checksum_sha256));
}

/** Whether a version of the tenant has this content. */
export async function isReferenced(db: Session, tenant_id: string, checksum_sha256: string): Promise<boolean> {
  const rows = await db.run(sql.versionOfChecksum, { tenant_id, checksum_sha256 });
  return rows.length > 0;
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
  };
}

/** The same for a document that was just inserted, without reading it back. */
export function describe({ content, ...document }: NewDocument): Document {
  return {
    document_id: document.document_id,
    name: document.name,
    original_filename: content.original_filename,
    tags: [...document.tags],
    description: document.description,
    size_bytes: content.size_bytes,
    mime_type: content.mime_type,
    checksum_sha256: content.checksum_sha256,
    uploaded_at: document.uploaded_at,
  };
}
