/** What a tenant uses and may use. The database counts (`countUsage`); here it is compared. */
import type { Session } from '../../db/index.js';
import type { Usage } from '../../kernel/contract.js';
import { Problem } from '../../kernel/problem.js';
import { findUsage } from './quota.store.js';

/**
 * To be called in the transaction that adds something, after it was added: whoever would exceed the quota takes the
 * transaction back, so it is never exceeded, however many write at once.
 *
 * @param added what was added, so that it can be told what is used without it
 * @throws Problem `quota_exceeded`
 */
export async function assertWithinQuota(
  tx: Session,
  tenant_id: string,
  added: { readonly bytes: number; readonly documents: number },
): Promise<void> {
  const usage = await findUsage(tx, tenant_id);
  const { used_bytes, used_documents, allowed_bytes = Infinity, allowed_documents = Infinity } = usage;
  const before = {
    ...usage,
    used_bytes: used_bytes - added.bytes,
    used_documents: used_documents - added.documents,
  };
  // A quota may have been set to less than what is there: what adds nothing to it is not refused for that.
  if (added.bytes > 0 && used_bytes > allowed_bytes) {
    throw quotaExceeded(`The tenant may store ${allowed_bytes} bytes, and this would make ${used_bytes}.`, before);
  }
  if (added.documents > 0 && used_documents > allowed_documents) {
    throw quotaExceeded(`The tenant may have ${allowed_documents} documents, and this would be one more.`, before);
  }
}

/** What a tenant may still store, before it is known what; undefined where there is no limit. */
export async function findAllowance(
  db: Session,
  tenant_id: string,
): Promise<{ readonly bytes_left: number; readonly exceeded: () => Problem } | undefined> {
  const usage = await findUsage(db, tenant_id);
  const { used_bytes, allowed_bytes } = usage;
  if (allowed_bytes === undefined) return undefined;
  const bytes_left = Math.max(0, allowed_bytes - used_bytes);
  return { bytes_left, exceeded: () => quotaExceeded(`The tenant may store ${bytes_left} bytes more.`, usage) };
}

export function quotaExceeded(what: string, quota: Usage): Problem {
  const detail = `${what} Nothing was stored. Purge documents that nobody needs, or ask the operator for more.`;
  return new Problem('quota_exceeded', detail, { details: { quota } });
}
