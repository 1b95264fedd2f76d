/** Content that the tenant has already, and that somebody wants once more without sending it. */
import { BlobMissingError, type BlobStore } from '../../blobs/index.js';
import type { Session } from '../../db/index.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { isAllowedOnAll } from '../../kernel/rights.js';
import { may } from './permission.js';
import { documentsWithContent, findStoredContent, type StoredContentRow } from './versions.store.js';

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
 * @returns the content, called as it was last stored
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
    const row = await findStoredContent(session, tenant_id, checksum_sha256);
    if (!row || !(await mayKnow(session, principal, checksum_sha256))) throw contentNotFound(checksum_sha256);
    if (!(await blobs.has({ tenant_id, checksum_sha256 }))) throw contentNotFound(checksum_sha256);
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

async function mayKnow(session: Session, principal: Principal, checksum_sha256: string): Promise<boolean> {
  if (isAllowedOnAll(principal.rights, 'read')) return true;
  for (const document_id of await documentsWithContent(session, principal.tenant_id, checksum_sha256)) {
    if (await may(session, principal, 'read', document_id)) return true;
  }
  return false;
}

function contentNotFound(checksum_sha256: string): Problem {
  return new Problem(
    'content_not_found',
    `The store has no content with the SHA-256 ${checksum_sha256}; send the file.`,
  );
}
