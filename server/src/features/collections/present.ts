/** Looks up a collection, and what the principal may do with it. */
import type { Session } from '../../db/index.js';
import { Problem } from '../../kernel/problem.js';
import type { Principal } from '../../kernel/principal.js';
import { isAllowedIn, isCollectionVisible } from '../../kernel/rights.js';
import * as sql from './collections.sql.js';

/** What is done with a collection: shown, changed in its documents, or managed. */
export type CollectionAction = 'see' | 'fill' | 'manage';

/**
 * The collection, for somebody who may do something with it.
 *
 * @throws Problem `collection_not_found` when there is none that it may know of, `forbidden` when it may see it and no more
 */
export async function presentCollection(
  db: Session,
  { tenant_id, rights }: Principal,
  action: CollectionAction,
  collection_id: string,
): Promise<sql.CollectionRow> {
  const may = (one: 'write' | 'manage'): boolean => isAllowedIn(rights, one, collection_id);
  const isVisible = isCollectionVisible(rights, collection_id) || (action === 'fill' && may('write'));
  const [row] = isVisible ? await db.run(sql.collectionById, { tenant_id, collection_id }) : [];
  if (!row) throw new Problem('collection_not_found', `There is no collection ${collection_id}.`);
  if (action === 'manage' && !may('manage')) {
    throw new Problem('forbidden', `This key does not manage the collection ${collection_id}.`);
  }
  if (action === 'fill' && !may('write') && !may('manage')) {
    throw new Problem('forbidden', `This key may read the collection ${collection_id}, and not change what is in it.`);
  }
  return row;
}
