/** The versions' rows. Plain functions: the connection or transaction first, the tenant in every one. */
import type { Session } from '../../db/index.js';
import type { Version } from '../../kernel/contract.js';
import * as sql from './versions.sql.js';
import type { OwnedContentRow, StoredContentRow, VersionRow, WalkedVersion } from './versions.sql.js';

export type { StoredContentRow, WalkedVersion } from './versions.sql.js';

/** One version, or undefined when the document has none of that number (any more). */
export async function findVersion(
  db: Session,
  tenant_id: string,
  document_id: string,
  version: number,
): Promise<Version | undefined> {
  const [row] = await db.run(sql.versionByNumber, { tenant_id, document_id, version });
  return row && toVersion(row);
}

/** The newest version with this content, or undefined. */
export async function findVersionOf(
  db: Session,
  tenant_id: string,
  document_id: string,
  checksum_sha256: string,
): Promise<Version | undefined> {
  const [row] = await db.run(sql.versionByChecksum, { tenant_id, document_id, checksum_sha256 });
  return row && toVersion(row);
}

/** The versions below a number, the newest first, `limit` at the most. */
export async function listVersions(
  db: Session,
  tenant_id: string,
  document_id: string,
  below: number,
  limit: number,
): Promise<Version[]> {
  const rows = (await sql.versionsBelow(db.knex, { tenant_id, document_id }, below, limit)) as VersionRow[];
  return rows.map(toVersion);
}

/** Records a version. That it becomes the current one is a matter of the document's row. */
export async function insertVersion(tx: Session, tenant_id: string, version: Version): Promise<void> {
  await tx.run(sql.insertVersion, { tenant_id, ...version, parents: JSON.stringify(version.parents) });
}

/** Deletes one version. Returns false when it is not there any more. */
export async function deleteVersion(
  tx: Session,
  tenant_id: string,
  document_id: string,
  version: number,
): Promise<boolean> {
  const isThere = (await findVersion(tx, tenant_id, document_id, version)) !== undefined;
  if (isThere) await tx.run(sql.deleteVersion, { tenant_id, document_id, version });
  return isThere;
}

/** Deletes all versions of a document, which must have no row any more that needs them. */
export async function deleteVersions(tx: Session, tenant_id: string, document_id: string): Promise<void> {
  await tx.run(sql.deleteVersions, { tenant_id, document_id });
}

/** The versions of live documents that follow a key, in order, `limit` at the most. */
export async function walkVersions(
  db: Session,
  tenant_id: string,
  after: Pick<WalkedVersion, 'document_id' | 'version'>,
  limit: number,
): Promise<WalkedVersion[]> {
  return (await sql.versionsAfter(db.knex, { tenant_id, ...after }, limit)) as WalkedVersion[];
}

/** All tenants' ids. */
export async function listTenants(db: Session): Promise<string[]> {
  return (await db.run(sql.allTenants, {})).map(({ tenant_id }) => tenant_id);
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

/** A content of the tenant as it was last stored, in whatever document, in the trash or not; undefined when none has it. */
export async function findStoredContent(
  db: Session,
  tenant_id: string,
  checksum_sha256: string,
): Promise<StoredContentRow | undefined> {
  const [row] = await db.run(sql.storedContent, { tenant_id, checksum_sha256 });
  return row;
}

/** The versions with this content, of documents in the trash or not, the youngest first; of very many, some. */
export async function versionsWithContent(
  db: Session,
  tenant_id: string,
  checksum_sha256: string,
): Promise<OwnedContentRow[]> {
  return await db.run(sql.versionsWithContent, { tenant_id, checksum_sha256 });
}

function toVersion(row: VersionRow): Version {
  return { ...row, parents: JSON.parse(row.parents) as number[] };
}
