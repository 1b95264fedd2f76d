/** Asks the policy about a document, and says what its answer means for whoever asked. */
import type { Session } from '../../db/index.js';
import { Problem } from '../../kernel/problem.js';
import type { Principal } from '../../kernel/principal.js';
import {
  allowedGroups,
  collectionOf,
  isAllowed,
  isAllowedOnAll,
  membershipLabel,
  isCollectionVisible,
  type Action,
  type Label,
} from '../../kernel/rights.js';
import { labelsOf } from './memberships.store.js';
import type { DocumentFilter } from './query.filter.js';

/**
 * Sees to it that a principal may do something with a document, in the trash or not.
 *
 * @throws Problem `document_not_found` when there is none that it may see, `forbidden` when it may see it and no more
 */
export async function assertMay(
  db: Session,
  { tenant_id, rights }: Principal,
  action: Action,
  document_id: string,
): Promise<void> {
  if (isAllowedOnAll(rights, action)) return;
  const labels = await labelsOf(db, tenant_id, document_id);
  // Asked also where there is no document: who tries ids must not see from the time whether there is one.
  const held = labels ?? NO_DOCUMENT;
  const [isFree, isVisible] = [isAllowed(rights, action, held), isAllowed(rights, 'read', held)];
  if (labels && isFree) return;
  if (!labels || !isVisible) throw documentNotFound(document_id);
  throw new Problem('forbidden', `This key may read ${document_id}, and not ${WORDS[action]} it.`);
}

/** The same as an answer. */
export async function may(db: Session, principal: Principal, action: Action, document_id: string): Promise<boolean> {
  if (isAllowedOnAll(principal.rights, action)) return true;
  const labels = await labelsOf(db, principal.tenant_id, document_id);
  return labels !== undefined && isAllowed(principal.rights, action, labels);
}

/**
 * Sees to it that who changes a document may read it, too: where the change shows what stands in it.
 *
 * @param why what shows it
 * @throws Problem as `assertMay`, and `forbidden`
 */
export async function assertMayReadAndWrite(
  db: Session,
  principal: Principal,
  document_id: string,
  why: string,
): Promise<void> {
  if (isAllowedOnAll(principal.rights, 'read')) return;
  await assertMay(db, principal, 'write', document_id);
  const labels = await labelsOf(db, principal.tenant_id, document_id);
  if (!labels) throw documentNotFound(document_id);
  if (isAllowed(principal.rights, 'read', labels)) return;
  throw new Problem('forbidden', `This key may change ${document_id}, and not read it. ${why}`);
}

/** What is looked through where there is no document. */
const NO_DOCUMENT: readonly Label[] = [membershipLabel('absent')];

const WORDS: Readonly<Record<Action, string>> = { read: 'read', write: 'change', delete: 'delete' };

/**
 * Sees to it that a principal may have a document with these labels, be it a new one, or one whose tags it changes.
 *
 * @throws Problem `forbidden`
 */
export function assertMayHave({ rights }: Principal, labels: readonly Label[]): void {
  if (isAllowed(rights, 'write', labels)) return;
  const { limits, granted } = rights;
  const among = limits && !labels.some((label) => limits.includes(label)) ? limits : granted.write;
  const tags = among.filter((label) => collectionOf(label) === undefined);
  const collections = among.flatMap((label) => collectionOf(label) ?? []);
  const ways = [
    ...(tags.length > 0 ? [`the tag ${tags.join(' or ')}`] : []),
    ...(collections.length > 0 ? [`a place in the collection ${collections.join(' or ')}`] : []),
  ];
  const need = ways.length > 0 ? ` A document of this key needs ${ways.join(', or ')}.` : '';
  throw new Problem('forbidden', `This key may not write such a document.${need}`);
}

/**
 * A filter that lets through only what a principal may see. A collection that it may not know of has no documents for it,
 * also where it may see some of them by another way.
 */
export function visibleTo({ rights }: Principal, filter: DocumentFilter): DocumentFilter {
  const asked = (filter.labels ?? []).map((group) =>
    group.filter((label) => isCollectionVisible(rights, collectionOf(label) ?? '')),
  );
  const labels = [...asked, ...allowedGroups(rights, 'read')];
  return labels.length === 0 ? filter : { ...filter, labels };
}

export function documentNotFound(document_id: string): Problem {
  return new Problem('document_not_found', `There is no document ${document_id}.`);
}
