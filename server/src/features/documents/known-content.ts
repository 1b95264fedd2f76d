/** Content that the tenant has already, and that somebody wants once more without sending it. */
import { BlobMissingError, type BlobStore } from '../../blobs/index.js';
import type { Session } from '../../db/index.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { isAllowedOnAll } from '../../kernel/rights.js';
import { may } from './permission.js';
import { findStoredContent, versionsWithContent, type StoredContentRow } from './versions.store.js';

/** Content of the tenant, as one of its versions has it; nothing keeps it there but that version. */
export interface KnownContent extends StoredContentRow {
  /**
   * To be called in the transaction that records the content: as long as that holds the write lock, the collector does
   * not remove it.
   *
   * @throws Problem `content_not_found` when it has gone since it was found
   */
  assertPresent(tx: Session): Promise<void>;
  /**
   * The whole content, in memory of its own. For content that is known to be small.
   *
   * @throws Problem `content_not_found`
   */
  read(): Promise<Uint8Array>;
}

/**
 * Finds content by its digest, among the versions of the tenant's documents that the principal may read, in the trash or
 * not: a digest must not open what its documents do not.
 *
 * @returns the content, called as it was last stored in one of them
 * @throws Problem `content_not_found` when no version of the tenant has it, or its bytes are missing
 */
export async function findKnownContent(
  db: Session,
  blobs: BlobStore,
  principal: Principal,
  checksum_sha256: string,
): Promise<KnownContent> {
  const { tenant_id } = principal;
  const find = async (session: Session): Promise<StoredContentRow> => {
    const row = await findReadable(session, principal, checksum_sha256);
    if (!row || !(await blobs.has({ tenant_id, checksum_sha256 }))) throw contentNotFound(checksum_sha256);
    return row;
  };
  const row = await find(db);
  return {
    ...row,
    assertPresent: async (tx) => {
      await find(tx);
    },
    read: async () => {
      try {
        return await blobs.read({ tenant_id, checksum_sha256 }, { start: 0, end: row.size_bytes - 1 });
      } catch (error) {
        throw error instanceof BlobMissingError ? contentNotFound(checksum_sha256) : error;
      }
    },
  };
}

/** The content as it was last stored in a document that the principal may read: what others call it is not told. */
async function findReadable(
  session: Session,
  principal: Principal,
  checksum_sha256: string,
): Promise<StoredContentRow | undefined> {
  const { tenant_id, rights } = principal;
  if (isAllowedOnAll(rights, 'read')) return await findStoredContent(session, tenant_id, checksum_sha256);
  const refused = new Set<string>();
  for (const { document_id, ...row } of await versionsWithContent(session, tenant_id, checksum_sha256)) {
    if (refused.has(document_id)) continue;
    if (await may(session, principal, 'read', document_id)) return row;
    refused.add(document_id);
  }
  return undefined;
}

function contentNotFound(checksum_sha256: string): Problem {
  return new Problem(
    'content_not_found',
    `The store has no content with the SHA-256 ${checksum_sha256}; send the file.`,
  );
}
