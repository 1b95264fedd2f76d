/** Whether a collection is there for a principal. What collections are is a matter of their own room. */
import type { Session } from '../../db/index.js';
import type { Principal } from '../../kernel/principal.js';
import { Problem } from '../../kernel/problem.js';
import { isAllowed, isAllowedOnAll, membershipLabel, type Action } from '../../kernel/rights.js';
import { hasCollection } from './memberships.store.js';

/**
 * Sees to it that the tenant has a collection, and that a principal may do something with the documents in it.
 *
 * @throws Problem `collection_not_found` when there is none that it may see, `forbidden` when it may see it and no more
 */
export async function assertCollection(
  db: Session,
  { tenant_id, rights }: Principal,
  action: Action,
  collection_id: string,
): Promise<void> {
  const label = [membershipLabel(collection_id)];
  const isVisible =
    isAllowedOnAll(rights, action) || isAllowed(rights, action, label) || isAllowed(rights, 'read', label);
  const isThere = isVisible && (await hasCollection(db, tenant_id, collection_id));
  if (!isThere) throw new Problem('collection_not_found', `There is no collection ${collection_id}.`);
  if (isAllowedOnAll(rights, action) || isAllowed(rights, action, label)) return;
  throw new Problem('forbidden', `This key may read the collection ${collection_id}, and not change what is in it.`);
}
